import Base
import CleanRoom
package import Metadata
package import ObjectStorage

/// Delivers results to the bucket of an instance, if the bucket's policy grants it and the bucket is the instance's:
/// the operator gave it this bucket, or the bucket's tag `instanceId` names it.
///
/// The version of an execution's files is stored before the first of them is written, so a second try writes the same
/// files again. Nothing is read or listed in the bucket except its policy and tags.
package struct BucketDelivery: ResultDelivery {
  /// The actions that the account needs, from AMC's guides.
  package static let actions = ["s3:PutObject", "s3:PutObjectAcl"]

  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let buckets: any CustomerBuckets
  private let account: DeliveryAccount?

  /// - Parameters:
  ///   - objects: The storage of the results.
  ///   - account: The account that delivers; nil if unknown, so no bucket can grant it anything.
  package init(
    store: MetadataStore, objects: any ObjectStorage, buckets: any CustomerBuckets, account: DeliveryAccount?
  ) {
    self.store = store
    self.objects = objects
    self.buckets = buckets
    self.account = account
  }

  /// Delivers a result; see `ResultDelivery`. Problems of the bucket are outcomes.
  ///
  /// - Throws: Errors of the server's own storage and metadata.
  package func deliver(_ result: DeliverableResult) async throws -> DeliveryOutcome {
    let instance = try await store.read { try $0.find(InstanceRecord.self, id: result.instanceID) }
    guard let instance, let name = instance.s3BucketName, !name.isEmpty else {
      return .unavailable(reason: "The instance has no S3 bucket.")
    }
    guard let account else { return .unavailable(reason: "The server has no account to deliver results with.") }
    let (bucket, layout): (any CustomerBucket, DeliveryLayout)
    do throws(StorageError) {
      bucket = try buckets.bucket(named: name, ownedBy: instance.awsAccountID)
      layout = try DeliveryLayout(
        workflowID: result.workflowID, cadence: result.cadence, createdAt: result.createdAt)
    } catch {
      return .failed(reason: "The names of bucket and workflow cannot be those of a bucket and of objects in it.")
    }
    let version = try await store.write { transaction in
      try transaction.deliveryVersion(executionID: result.executionID, bucket: name, stem: layout.stem)
    }
    let files = try files(of: result, layout, version: version)
    let metadataKey = try layout.metadata(version: version)
    let permission = BucketPermission(bucket: bucket, name: name, account: account, isSecure: buckets.isSecure)
    if let refusal = try await permission.refusal(of: Self.actions, on: files.map(\.target) + [metadataKey]) {
      return .failed(reason: refusal)
    }
    if !instance.isBucketApproved, let refusal = try await permission.refusal(ofInstance: instance.id) {
      return .failed(reason: refusal)
    }
    return try await put(files, result.metadata, at: metadataKey, into: bucket)
      ?? .available(uri: "s3://\(name)/\(layout.folder.value)/")
  }

  // MARK: Files

  private struct File: Sendable {
    var source: ObjectKey
    var target: ObjectKey
  }

  private func files(
    of result: DeliverableResult, _ layout: DeliveryLayout, version: Int
  ) throws(StorageError) -> [File] {
    var files: [File] = []
    for (keys, suffix) in [(result.result.csvKeys, "csv"), (result.result.parquetKeys, "parquet")] {
      for (part, key) in keys.enumerated() {
        let target = try layout.file(version: version, part: part, of: keys.count, suffix: suffix)
        files.append(File(source: try ObjectKey(key), target: target))
      }
    }
    return files
  }

  /// Writes all files, the metadata last. Returns the reason of a failure, or nil.
  private func put(
    _ files: [File], _ metadata: JSONValue, at metadataKey: ObjectKey, into bucket: any CustomerBucket
  ) async throws -> DeliveryOutcome? {
    let area = try await objects.stage()
    defer { area.discard() }
    let metadataFile = try area.file("metadata.json")
    try await metadataFile.write(try metadata.data)
    for file in files {
      guard try await objects.exists(file.source) else { throw StorageError(.notFound) }
      // Results never change, so they can be read where the engine would read them.
      let location = try await OutputFolder.location(of: file.source, subject: "the result", in: objects)
      if let failure = try await Self.failure(of: {
        () throws(StorageError) in try await bucket.put(location.fileURL, at: file.target)
      }) {
        return failure
      }
    }
    return try await Self.failure { () throws(StorageError) in try await bucket.put(metadataFile.url, at: metadataKey) }
  }

  private static func failure(
    of work: () async throws(StorageError) -> Void
  ) async throws -> DeliveryOutcome? {
    do throws(StorageError) {
      try await work()
      return nil
    } catch {
      return .failed(reason: try BucketPermission.reason(error))
    }
  }
}
