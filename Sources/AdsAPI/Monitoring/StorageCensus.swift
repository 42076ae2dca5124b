import Base
package import Jobs
package import Logging
import ObjectStorage
import Synchronization

/// Counts the objects of a server from time to time: to list all of them takes too long to do whenever somebody asks.
package final class StorageCensus: DueWork {
  /// The objects of one kind.
  struct Area: Sendable, Hashable {
    var count = 0
    var bytes = 0
  }

  package static let failureMessage: Logger.Message = "Objects were not counted."
  /// The time between two counts.
  static let interval = Duration.seconds(600)
  /// The prefixes of objects.
  static let areas = ["instances", "identity"]

  private let objects: any ObjectStorage
  private let counted = Mutex<[String: Area]>([:])

  init(objects: any ObjectStorage) { self.objects = objects }

  /// The last counts, by prefix; nothing before the first one.
  var figures: [String: Area] { counted.withLock { $0 } }

  package func queueDue() async throws -> Int {
    for area in Self.areas {
      let found = try await objects.list(under: ObjectKey(area))
      let figures = Area(count: found.count, bytes: found.reduce(0) { $0 + $1.byteCount })
      counted.withLock { $0[area] = figures }
    }
    return 0
  }
}
