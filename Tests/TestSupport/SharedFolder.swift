package import Foundation
import Synchronization

/// A folder with what several tests begin with; it is gone when the process of the tests ends.
package struct SharedFolder: Sendable {
  package let url: URL

  private static let all = Mutex<[URL]>([])

  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "adyton-shared-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let isFirst = Self.all.withLock { folders in
      folders.append(url)
      return folders.count == 1
    }
    if isFirst { atexit { SharedFolder.removeAll() } }
  }

  private static func removeAll() {
    for url in all.withLock({ $0 }) { try? FileManager.default.removeItem(at: url) }
  }
}
