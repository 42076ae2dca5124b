import Catalog
import Metadata

import struct Foundation.Data

/// Parameters on their way back from the store, where they are JSON as the client sent it.
enum StoredParameters {
  /// - Throws: `MetadataError.corrupted`: only checked texts are stored.
  static func values(
    _ parameterValues: String, inputParameters: String? = nil
  ) throws(MetadataError) -> [String: ParameterValue] {
    do {
      return try ParameterValues.parse(
        values: JSONValue(parsing: Data(parameterValues.utf8)),
        definitions: inputParameters.map { try JSONValue(parsing: Data($0.utf8)) })
    } catch {
      throw .corrupted
    }
  }
}
