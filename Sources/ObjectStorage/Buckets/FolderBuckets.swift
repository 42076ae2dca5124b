package import Foundation

/// Folders that stand for buckets, for servers without S3: the bucket NAME is the folder of that name, and its policy the
/// file `policy.json` in it.
package struct FolderBuckets: CustomerBuckets {
  /// The name of the file with a bucket's policy.
  package static let policyName = "policy.json"

  private let root: URL

  /// The buckets in that folder. Makes nothing yet.
  package init(root: URL) {
    self.root = root
  }

  /// Nothing leaves the machine.
  package var isSecure: Bool { true }

  /// The bucket of that name.
  package func bucket(named name: String) throws(StorageError) -> any CustomerBucket {
    guard S3BucketName.isValid(name) else { throw StorageError(.invalidKey) }
    return FolderBucket(folder: root.appending(path: name, directoryHint: .isDirectory))
  }

  /// Makes a bucket whose policy grants the account what a delivery needs. Where there is one, it stays as it is.
  package func make(_ name: String, granting account: DeliveryAccount) async throws(StorageError) {
    guard S3BucketName.isValid(name) else { throw StorageError(.invalidKey) }
    let storage = try LocalFolderStorage(root: root.appending(path: name, directoryHint: .isDirectory))
    let policy = """
      {
        "Version": "2012-10-17",
        "Statement": [{
          "Sid": "Delivery",
          "Effect": "Allow",
          "Principal": {"AWS": "\(account.rootARN)"},
          "Action": ["s3:PutObject", "s3:PutObjectAcl"],
          "Resource": "arn:aws:s3:::\(name)/*"
        }]
      }

      """
    _ = try await storage.putIfAbsent(Data(policy.utf8), at: ObjectKey(Self.policyName))
  }
}

/// A folder that stands for a bucket.
private struct FolderBucket: CustomerBucket {
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

  /// The folder as it is; none is made.
  private func storage() throws(StorageError) -> LocalFolderStorage {
    guard PathResolution.realPath(of: folder) != nil else { throw StorageError(.noBucket) }
    return try LocalFolderStorage(root: folder)
  }
}
