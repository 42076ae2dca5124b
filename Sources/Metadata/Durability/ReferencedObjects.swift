import Foundation
import GRDB

/// The objects that the records of a store refer to. Without them, something that clients see is not there.
package struct ReferencedObjects: Sendable, Hashable {
  /// Keys of single objects, such as the files of a result.
  package var keys: Set<String> = []
  /// Prefixes with at least one object, such as those of audiences' members.
  package var prefixes: Set<String> = []
}

extension MetadataReading {
  /// The objects that must be there.
  package func referencedObjects() throws -> ReferencedObjects {
    var referenced = ReferencedObjects()
    let executions = try ExecutionRecord.filter { $0.status == ExecutionRecord.Status.succeeded }.fetchCursor(database)
    while let execution = try executions.next() {
      for text in [execution.csvKeys, execution.parquetKeys] {
        referenced.keys.formUnion(try JSONDecoder().decode([String].self, from: Data(text.utf8)))
      }
      if let key = execution.metadataKey { referenced.keys.insert(key) }
    }
    let audiences = try AudienceRecord.filter { $0.status != AudienceRecord.Status.deactivated }.fetchCursor(database)
    while let audience = try audiences.next() {
      guard let prefix = audience.membersPrefix, audience.memberCount ?? 0 > 0 else { continue }
      referenced.prefixes.insert(prefix)
    }
    return referenced
  }
}
