package import CleanRoom
package import Metadata
package import Privacy
package import Warehouse

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

/// The definition of a workflow, saved or not: a query with its parameters, its output columns and its aggregation
/// controls.
///
/// Its JSON is that of the published API, without the workflow's id.
package struct WorkflowDefinition: Sendable, Hashable, Codable {
  /// The largest number of characters of an added column's name.
  package static let columnNameLengthLimit = 128

  package var sqlQuery: String
  /// nil if nothing is declared: then a query that is not saved may name any parameter, and a saved one none.
  package var inputParameters: [InputParameter]?
  package var outputColumns: [OutputColumn]?
  package var outputFormat: OutputFormat?
  package var privacyFilteringBehavior: AggregationControls.Filtering?
  package var filteredMetricsDiscriminatorColumn: String?
  package var distinctUserCountColumn: String?
  package var filteredReasonColumn: String?

  package init(sqlQuery: String) {
    self.sqlQuery = sqlQuery
  }

  /// Checks everything that needs no compiler.
  ///
  /// - Parameter path: The path before the names of fields in errors, such as `workflow.`.
  package func validate(path: String = "") throws(CleanRoomError) {
    guard sqlQuery.contains(where: { !$0.isWhitespace }) else {
      throw .invalidField(name: "\(path)sqlQuery", reason: "must not be empty.")
    }
    var names: Set<String> = []
    for (field, name) in addedColumns {
      guard let name else { continue }
      guard !name.isEmpty, name.count <= Self.columnNameLengthLimit,
        !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw .invalidField(
          name: path + field, reason: "must have 1 to \(Self.columnNameLengthLimit) characters, and none of control.")
      }
      guard names.insert(name).inserted else {
        throw .invalidField(name: path + field, reason: "is the name of another added column.")
      }
    }
    if privacyFilteringBehavior == .removeRows, filteredMetricsDiscriminatorColumn != nil {
      throw .invalidField(
        name: "\(path)privacyFilteringBehavior",
        reason: "must be REMOVE_VALUES where there is a filteredMetricsDiscriminatorColumn.")
    }
  }

  private var addedColumns: [(field: String, name: String?)] {
    [
      ("filteredMetricsDiscriminatorColumn", filteredMetricsDiscriminatorColumn),
      ("distinctUserCountColumn", distinctUserCountColumn), ("filteredReasonColumn", filteredReasonColumn),
    ]
  }

  /// The treatment of rows that fail the thresholds.
  package func controls(areDisabled: Bool) -> AggregationControls {
    var controls = AggregationControls()
    controls.areDisabled = areDisabled
    controls.filtering =
      privacyFilteringBehavior ?? (filteredMetricsDiscriminatorColumn == nil ? .removeRows : .removeValues)
    controls.filteredMetricsDiscriminatorColumn = filteredMetricsDiscriminatorColumn
    controls.distinctUserCountColumn = distinctUserCountColumn
    controls.filteredReasonColumn = filteredReasonColumn
    return controls
  }

  package var csvFormat: CSVFormat { outputFormat?.csvFormat ?? CSVFormat() }

  // MARK: In the store

  /// The definition as a JSON object.
  package var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// A stored definition.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked definitions are stored.
  package init(stored text: String) throws(MetadataError) {
    do {
      self = try JSONDecoder().decode(WorkflowDefinition.self, from: Data(text.utf8))
    } catch {
      throw .corrupted
    }
  }
}
