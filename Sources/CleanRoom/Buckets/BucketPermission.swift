package import ObjectStorage

/// Whether the server may use objects of a customer's bucket, and the text for its owner if it may not.
package struct BucketPermission: Sendable {
  private let bucket: any CustomerBucket
  private let name: String
  private let account: DeliveryAccount
  private let isSecure: Bool

  /// - Parameter isSecure: Whether objects reach the bucket encrypted.
  package init(bucket: any CustomerBucket, name: String, account: DeliveryAccount, isSecure: Bool) {
    self.bucket = bucket
    self.name = name
    self.account = account
    self.isSecure = isSecure
  }

  /// The reason why the account may not do all of the actions on all of these objects; nil if it may.
  package func refusal(of actions: [String], on keys: [ObjectKey]) async throws -> String? {
    let policy: BucketPolicy
    do throws(StorageError) {
      switch try await bucket.guarding() {
      case .service: return nil
      case .noPolicy: return advice("The bucket has no policy.", actions)
      case .policy(let found): policy = found
      }
    } catch {
      return try Self.reason(error)
    }
    var missing: [String] = []
    for action in actions {
      let decisions = keys.map { key in
        policy.decision(
          on: BucketPolicy.Request(account: account, action: action, bucket: name, key: key.value, context: context))
      }
      if decisions.contains(.denied) {
        return "A statement of the bucket's policy denies \(action) to \(account.rootARN). Remove or narrow it."
      }
      if decisions.contains(.notGranted) { missing.append(action) }
    }
    return missing.isEmpty ? nil : advice("The bucket's policy does not grant enough.", missing)
  }

  /// The reason why the bucket is not this instance's: its tag does not name it, or can't be read; nil if it does.
  package func refusal(ofInstance instanceID: String) async throws -> String? {
    do throws(StorageError) {
      if case .policy(let policy) = try await bucket.guarding() {
        let action = "s3:GetBucketTagging"
        let decision = policy.decision(
          on: BucketPolicy.Request(account: account, action: action, bucket: name, key: nil, context: context))
        guard decision == .granted else {
          return "The bucket's policy does not let its tags be read. Add a statement that allows \(action) to "
            + "\(account.rootARN)."
        }
      }
      guard InstanceTag.instances(in: try await bucket.tags(of: nil))?.contains(instanceID) == true else {
        return "The bucket has no tag \(InstanceTag.name) with the instance's id. Its owner adds the tag, or the "
          + "operator gives the instance the bucket (adyton admin bucket set)."
      }
      return nil
    } catch {
      return try Self.reason(error)
    }
  }

  /// The properties of a write that policies can ask about.
  private var context: [String: String] {
    [
      "s3:x-amz-acl": "bucket-owner-full-control",
      "aws:securetransport": isSecure ? "true" : "false",
    ]
  }

  private func advice(_ problem: String, _ actions: [String]) -> String {
    "\(problem) Add a statement that allows \(actions.joined(separator: " and ")) on all of its objects to "
      + "\(account.rootARN)."
  }

  /// The meaning of a bucket's failure, for its owner.
  package static func reason(_ error: StorageError) throws -> String {
    switch error.code {
    case .noBucket: return "There is no bucket of the name that the instance has."
    case .denied:
      return "The bucket refuses access to the account that delivers results, or is not of the instance's AWS account."
    case .corrupt: return "The bucket's policy cannot be read."
    case .unreachable: return "The bucket could not be reached."
    case .full: return "The bucket has no space left."
    case .invalidKey, .notFound, .conflict, .failed, .outdated: return "The bucket did not take the files."
    // Nothing of the bucket's: it may pass by itself.
    case .exhausted: throw error
    case .cancelled: throw CancellationError()
    }
  }
}
