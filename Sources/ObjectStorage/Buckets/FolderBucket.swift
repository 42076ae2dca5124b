import Base
import Foundation

/// A folder that stands for a bucket.
struct FolderBucket: CustomerBucket {
  let folder: URL

  func guarding() async throws(StorageError) -> BucketGuard {
    do {
      return .policy(try BucketPolicy(try await storage().get(ObjectKey(FolderBuckets.policyName))))
    } catch {
      guard error.code == .notFound else { throw error }
      return .noPolicy
    }
  }

  func put(_ file: URL, at key: ObjectKey) async throws(StorageError) {
    let storage = try storage()
    let staged = try await storage.stage().file("object")
    try await BlockingWork.run { () throws(StorageError) in
      do { try FileManager.default.copyItem(at: file, to: staged.url) } catch { throw StorageError(cocoa: error) }
    }
    try await storage.publish(staged, as: key)
  }

  func delete(_ key: ObjectKey) async throws(StorageError) {
    try await storage().delete(key)
  }

  /// The folder as it is; none is made.
  func storage() throws(StorageError) -> LocalFolderStorage {
    guard PathResolution.realPath(of: folder) != nil else { throw StorageError(.noBucket) }
    return try LocalFolderStorage(root: folder)
  }
}
