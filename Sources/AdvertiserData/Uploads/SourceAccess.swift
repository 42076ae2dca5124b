import CleanRoom
import Metadata
import ObjectStorage

/// The server's access to a customer's bucket, for one instance.
///
/// The bucket's policy has to grant the server's account access. A tag `instanceId`, of the bucket or of each object,
/// has to name the instance, unless the operator gave the instance this bucket. A client that names a bucket shows by
/// the tag that the bucket's owner knows the instance.
///
/// Source: AMC's guide "Set up an S3 bucket".
struct SourceAccess: Sendable {
  let bucket: any CustomerBucket
  let name: String
  let instance: InstanceRecord
  let account: DeliveryAccount
  let isSecure: Bool
  private let policy: BucketGuard

  /// Reads the bucket's policy.
  ///
  /// - Throws: `UploadSourceProblem`, `StorageError`.
  init(
    _ bucket: any CustomerBucket, named name: String, instance: InstanceRecord, account: DeliveryAccount,
    isSecure: Bool
  ) async throws {
    self.bucket = bucket
    self.name = name
    self.instance = instance
    self.account = account
    self.isSecure = isSecure
    policy = try await Self.translating(name) { () throws(StorageError) in try await bucket.guarding() }
    if policy == .noPolicy {
      throw UploadSourceProblem(
        .denied, "The bucket s3://\(name) has no policy. \(Self.advice(["s3:GetObject", "s3:ListBucket"], account))")
    }
  }

  /// Checks that objects with the prefix may be listed.
  func requireListing(prefix: String) throws {
    try require("s3:ListBucket", key: nil, context: ["s3:prefix": prefix])
  }

  /// Checks that the object may be read.
  func requireReading(_ key: String) throws {
    try require("s3:GetObject", key: key)
  }

  /// Checks that a tag, of the bucket or of each of the objects, names the instance.
  func requireTags(of keys: [String]) async throws {
    guard instance.s3BucketName != name || !instance.isBucketApproved else { return }
    try require("s3:GetBucketTagging", key: nil)
    if try namesInstance(try await tags(of: nil)) { return }
    for key in keys {
      try require("s3:GetObjectTagging", key: key)
      guard try namesInstance(try await tags(of: key)) else {
        throw UploadSourceProblem(
          .denied,
          "Neither the bucket s3://\(name) nor the object s3://\(name)/\(key) has a tag \(InstanceTag.name) with the "
            + "instance's id.")
      }
    }
  }

  private func tags(of key: String?) async throws -> [String: String] {
    try await Self.translating(name) { () throws(StorageError) in try await bucket.tags(of: key) }
  }

  private func namesInstance(_ tags: [String: String]) throws(UploadSourceProblem) -> Bool {
    guard let instances = InstanceTag.instances(in: tags) else {
      throw UploadSourceProblem(
        .denied,
        "The tag \(InstanceTag.name) in s3://\(name) names more than \(InstanceTag.instanceCountLimit) instances.")
    }
    return instances.contains(instance.id)
  }

  private func require(_ action: String, key: String?, context: [String: String] = [:]) throws(UploadSourceProblem) {
    guard case .policy(let policy) = policy else { return }
    var context = context
    context["aws:securetransport"] = isSecure ? "true" : "false"
    let request = BucketPolicy.Request(account: account, action: action, bucket: name, key: key, context: context)
    switch policy.decision(on: request) {
    case .granted: return
    case .notGranted:
      throw UploadSourceProblem(
        .denied, "The policy of the bucket s3://\(name) does not grant enough. \(Self.advice([action], account))")
    case .denied:
      throw UploadSourceProblem(
        .denied,
        "A statement of the policy of the bucket s3://\(name) denies \(action) to \(account.rootARN). Remove or narrow "
          + "it.")
    }
  }

  private static func advice(_ actions: [String], _ account: DeliveryAccount) -> String {
    "Add a statement that allows \(actions.joined(separator: " and ")) to \(account.rootARN)."
  }

  /// Translates problems of a bucket into words for its owner. Problems of this machine stay errors.
  static func translating<Result>(
    _ name: String, _ work: () async throws(StorageError) -> Result
  ) async throws -> Result {
    do throws(StorageError) {
      return try await work()
    } catch {
      switch error.code {
      case .noBucket: throw UploadSourceProblem(.noBucket, "There is no bucket s3://\(name).")
      case .notFound, .invalidKey:
        throw UploadSourceProblem(.notFound, "An object of the bucket s3://\(name) is not there.")
      case .denied:
        throw UploadSourceProblem(
          .denied, "The bucket s3://\(name) refuses access to the account that reads files.")
      case .conflict: throw UploadSourceProblem(.changed, "An object of s3://\(name) was replaced while it was read.")
      case .unreachable: throw UploadSourceProblem(.unreachable, "The bucket s3://\(name) could not be reached.")
      case .corrupt: throw UploadSourceProblem(.denied, "The policy or the tags of s3://\(name) can't be read.")
      case .cancelled: throw CancellationError()
      case .full, .exhausted, .failed, .outdated: throw error
      }
    }
  }
}
