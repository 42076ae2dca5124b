import Foundation
import Metadata
package import Warehouse

/// The stored definition of a data set.
package struct DataSetDefinition: Sendable, Hashable, Codable {
  package var schema: DataSetSchema
  package var description: String?
  /// The fields of deleted columns: an upload that began before a deletion has to remove its values.
  package var deletedFieldIDs: Set<Int> = []

  package init(schema: DataSetSchema, description: String?) {
    self.schema = schema
    self.description = description
  }

  package init(stored text: String) throws {
    do {
      self = try JSONDecoder().decode(DataSetDefinition.self, from: Data(text.utf8))
    } catch {
      throw MetadataError.corrupted
    }
  }

  /// The definition as it is stored.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// A data set of an instance.
package struct DataSet: Sendable, Hashable {
  package var id: String
  package var definition: DataSetDefinition
  /// The position in the list.
  package var sequence: Int64

  init(_ record: DataSetRecord) throws {
    id = record.id
    definition = try DataSetDefinition(stored: record.definition)
    sequence = record.sequence ?? 0
  }
}
