package import ObjectStorage

import struct Foundation.Data

/// A bucket's policy, looked at for what the delivery of results needs.
package struct DeliveryPolicy: Sendable {
  /// The account that AMC delivers with.
  ///
  /// Source: "Updating S3 bucket policy to receive query results" in AMC's migration guide.
  package static let accountID = "811639200769"
  /// The actions that the account has to be granted, by the same guide.
  package static let actions = ["s3:PutObject", "s3:PutObjectAcl"]
  /// The most bytes of a policy that is read: several times what S3 takes.
  package static let byteLimit = 1 << 20

  /// The reasons why a text is not taken for a policy.
  package enum Failure: Error, Sendable, Hashable {
    /// The line is counted from 1.
    case notJSON(line: Int)
    /// It is JSON, and no policy.
    case notPolicy
    case tooLarge
    /// Several buckets are named, or none.
    case bucketNotClear
  }

  let document: JSONNode
  package let bucket: String
  package let account: DeliveryAccount
  /// The lines of commas that JSON does not have, counted from 1.
  package let trailingCommaLines: [Int]

  /// Reads a policy.
  ///
  /// - Parameter bucket: nil for the one that its resources name.
  package init(_ bytes: [UInt8], account: DeliveryAccount, bucket: String? = nil) throws(Failure) {
    guard bytes.count <= Self.byteLimit else { throw .tooLarge }
    var reader = JSONReader(bytes)
    let document: JSONNode
    do throws(JSONReader.Malformed) {
      document = try reader.document()
    } catch {
      throw .notJSON(line: error.line)
    }
    trailingCommaLines = reader.trailingCommaLines
    self.account = account
    let policy = Self.unwrapped(document)
    guard Self.evaluated(policy) != nil else { throw .notPolicy }
    guard let name = bucket ?? Self.bucket(of: policy) else { throw .bucketNotClear }
    self.document = policy
    self.bucket = name
  }

  private init(document: JSONNode, bucket: String, account: DeliveryAccount) {
    (self.document, self.bucket, self.account) = (document, bucket, account)
    trailingCommaLines = []
  }

  /// The same with another document.
  func with(_ document: JSONNode) -> DeliveryPolicy {
    DeliveryPolicy(document: document, bucket: bucket, account: account)
  }

  /// The policy as a JSON text, everything in its order.
  package var text: String { document.text }

  /// `aws s3api get-bucket-policy` puts the policy as a text into an object.
  private static func unwrapped(_ document: JSONNode) -> JSONNode {
    guard document["Statement"] == nil, let text = document["Policy"]?.string,
      let policy = try? JSONReader.read(Array(text.utf8))
    else { return document }
    return policy
  }

  private static func evaluated(_ document: JSONNode) -> BucketPolicy? {
    try? BucketPolicy(Data(document.text.utf8))
  }

  /// The statements, also where there is one without a list around it.
  var statements: [JSONNode] { document["Statement"].map { $0.elements ?? [$0] } ?? [] }

  // MARK: Evaluation

  /// The policy as S3 evaluates it.
  package var policy: BucketPolicy? { Self.evaluated(document) }

  /// The keys that requests are tried with: those of results, and one that no pattern can have been written for.
  ///
  /// Source: "Understand the S3 folder path" in AMC's guide to results.
  var probes: [String] {
    [
      "workflow=report/schedule=adhoc/2025-01-31-report-ver1.csv",
      "workflow=report/schedule=weekly/metadata/2025-01-31-report-ver1.json", "\u{2022}\u{2022}\u{2022}/\u{2022}",
    ]
  }

  /// A write as the delivery makes it.
  func request(_ action: String, _ key: String) -> BucketPolicy.Request {
    BucketPolicy.Request(
      account: account, action: action, bucket: bucket, key: key,
      context: ["s3:x-amz-acl": "bucket-owner-full-control", "aws:securetransport": "true"])
  }

  /// The decisions on an action, one a probe.
  func decisions(on action: String) -> [BucketPolicy.Decision] {
    guard let policy else { return [] }
    return probes.map { policy.decision(on: request(action, $0)) }
  }

  /// Whether results can be delivered anywhere in the bucket.
  package var isFine: Bool { Self.actions.allSatisfy { decisions(on: $0).allSatisfy { $0 == .granted } } }

  /// The one bucket that the resources name; nil for none or several.
  private static func bucket(of document: JSONNode) -> String? {
    let statements = document["Statement"].map { $0.elements ?? [$0] } ?? []
    let resources = statements.flatMap { ($0["Resource"] ?? $0["NotResource"])?.strings ?? [] }
    let names = resources.compactMap { resource -> String? in
      let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[0] == "arn", parts[2] == "s3" else { return nil }
      let name = parts[5].prefix { $0 != "/" }
      return name.isEmpty || name.contains(where: { "*?$".contains($0) }) ? nil : String(name)
    }
    let distinct = Set(names)
    return distinct.count == 1 ? distinct.first : nil
  }
}
