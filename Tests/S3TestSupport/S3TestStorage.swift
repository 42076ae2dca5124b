package import Foundation
package import ObjectStorage

/// A storage in its own bucket, whose local files are removed with it.
package final class S3TestStorage: Sendable {
  package let server: S3Server
  package let bucket: String
  package let folder: URL
  package let storage: S3Storage

  /// - Parameter prefix: what all keys begin with, as in `s3://bucket/prefix`.
  package init(prefix: String = "rooms/first", cacheByteLimit: Int = S3Storage.defaultCacheByteLimit) async throws {
    server = try await S3Server.shared
    bucket = try await server.makeBucket()
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-s3-\(UUID().uuidString)")
    storage = try S3Storage(
      location: S3Location(url: "s3://\(bucket)/\(prefix)"), client: S3Client(settings: server.settings()),
      workFolder: folder, cacheByteLimit: cacheByteLimit)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }
}

/// A storage of either kind, for tests of what holds for both.
package enum StorageKind: String, CaseIterable, Sendable {
  case folder
  case s3
}

/// A storage with what keeps it in place.
package struct AnyTestStorage: Sendable {
  package let storage: any ObjectStorage
  private let owner: any Sendable

  /// A new, empty storage of that kind.
  package init(_ kind: StorageKind) async throws {
    switch kind {
    case .folder:
      let folder = TestFolder()
      storage = try LocalFolderStorage(root: folder.url.appending(path: "objects"))
      owner = folder
    case .s3:
      let test = try await S3TestStorage()
      storage = test.storage
      owner = test
    }
  }
}

/// A folder that goes when the last reference does.
package final class TestFolder: Sendable {
  package let url = FileManager.default.temporaryDirectory.appending(path: "adyton-\(UUID().uuidString)")

  package init() {}

  deinit { try? FileManager.default.removeItem(at: url) }
}
