package import Foundation

/// Folders that stand for buckets, for servers without S3: the bucket NAME is the folder of that name, its policy the
/// file `policy.json` in it, and its tags, if it has any, are in `tags.json`:
///
///     {"bucket": {"instanceId": "one another"}, "objects": {"folder/file.csv": {"instanceId": "third"}}}
package struct FolderBuckets: CustomerBuckets {
  /// The name of the file with a bucket's policy.
  package static let policyName = "policy.json"
  /// The name of the file with the tags of a bucket and of its objects.
  package static let tagsName = "tags.json"

  private let root: URL

  /// The buckets in that folder. Makes nothing yet.
  package init(root: URL) {
    self.root = root
  }

  /// Nothing leaves the machine.
  package var isSecure: Bool { true }

  /// The bucket of that name.
  package func bucket(named name: String, ownedBy owner: String?) throws(StorageError) -> any CustomerBucket {
    guard S3BucketName.isValid(name) else { throw StorageError(.invalidKey) }
    return FolderBucket(folder: root.appending(path: name, directoryHint: .isDirectory))
  }

  /// Makes a bucket whose policy grants the account everything that deliveries, exports and uploads need. A bucket that
  /// is there already stays as it is.
  package func make(_ name: String, granting account: DeliveryAccount) async throws(StorageError) {
    guard S3BucketName.isValid(name) else { throw StorageError(.invalidKey) }
    let storage = try LocalFolderStorage(root: root.appending(path: name, directoryHint: .isDirectory))
    let policy = BucketPolicy.granting(account, bucket: name, takesExports: true)
    _ = try await storage.putIfAbsent(Data(policy.utf8), at: ObjectKey(Self.policyName))
  }
}
