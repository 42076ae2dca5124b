import Foundation
import ObjectStorage

/// A storage in its own folder, which is removed with the last reference.
final class TemporaryStorage: Sendable {
  let folder: URL
  let storage: LocalFolderStorage

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-tests-\(UUID().uuidString)")
    storage = try LocalFolderStorage(root: folder.appending(path: "objects"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The names of everything in the storage's folder for work in progress.
  var leftInStaging: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: storage.root.appending(path: ".staging").path)) ?? []
  }
}
