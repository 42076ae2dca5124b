import Base
package import Foundation

/// The policy of a bucket: who may do what with its objects.
///
/// Decides as S3 does, with what it knows: a statement that denies wins over all that allow. What it does not know, a
/// condition for example, is held against the request: such a statement allows nothing, and denies.
///
/// Source: "Policies and permissions in Amazon S3" and the reference of IAM's policy elements.
package struct BucketPolicy: Hashable, Sendable {
  /// An action, and who asks for it.
  package struct Request: Hashable, Sendable {
    /// The account that asks.
    package var account: DeliveryAccount
    /// As in `s3:PutObject`.
    package var action: String
    /// The bucket.
    package var bucket: String
    /// The object in it; nil for what is done with the bucket itself, such as listing it.
    package var key: String?
    /// Values of condition keys, by their names in lower case.
    package var context: [String: String]

    var resource: String { "arn:aws:s3:::\(bucket)\(key.map { "/\($0)" } ?? "")" }

    /// A request with these values. Conditions can also ask for the caller.
    package init(account: DeliveryAccount, action: String, bucket: String, key: String?, context: [String: String]) {
      self.account = account
      self.action = action
      self.bucket = bucket
      self.key = key
      var known = ["aws:principalaccount": account.id]
      if let arn = account.arn { known["aws:principalarn"] = arn }
      self.context = context.merging(known) { given, _ in given }
    }
  }

  /// The decision of a policy on a request.
  package enum Decision: Hashable, Sendable {
    case granted
    /// No statement allows it.
    case notGranted
    /// A statement denies it, or may.
    case denied
  }

  let statements: [PolicyStatement]

  /// Reads a policy; throws `storage_corrupt` when it is none.
  package init(_ json: Data) throws(StorageError) {
    struct Document: Decodable {
      var Statement: OneOrMany<PolicyStatement>
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: json) else { throw StorageError(.corrupt) }
    statements = document.Statement.values
  }

  /// The decision on a request.
  package func decision(on request: Request) -> Decision {
    if statements.contains(where: { $0.effect == .deny && $0.applies(to: request) != .no }) { return .denied }
    return statements.contains { $0.effect == .allow && $0.applies(to: request) == .yes } ? .granted : .notGranted
  }
}

/// The account that results are delivered and files are read by: what a policy names as its principal.
package struct DeliveryAccount: Hashable, Sendable {
  /// The number of digits of an account's id.
  package static let idLength = 12
  /// The account where a folder stands for the buckets, if nothing else is said.
  package static let ofFolders = DeliveryAccount(id: "000000000000", arn: nil)

  /// The account's id.
  package let id: String
  /// The user or role within the account, where it is known.
  package let arn: String?

  private init(id: String, arn: String?) {
    self.id = id
    self.arn = arn
  }

  /// Reads the id of an account, or the ARN of a user or role such as `arn:aws:iam::123456789012:role/delivery`. Nil
  /// for anything else.
  package init?(_ text: String) {
    if Self.isID(text) {
      self.init(id: text, arn: nil)
      return
    }
    guard let id = Self.accountID(ofARN: text) else { return nil }
    self.init(id: id, arn: text.hasSuffix(":root") ? nil : text)
  }

  /// The principals of a policy that mean the account.
  package var rootARN: String { "arn:aws:iam::\(id):root" }

  /// Whether a principal of a policy means this account.
  func matches(_ principal: String) -> Truth {
    if principal == "*" || principal == id || principal == arn { return .yes }
    guard Self.accountID(ofARN: principal) == id else { return .no }
    if principal.hasSuffix(":root") { return .yes }
    // Another user or role of the account, unless it is not known which one asks.
    return arn == nil ? .unknown : .no
  }

  private static func isID(_ text: some StringProtocol) -> Bool {
    text.utf8.count == idLength && text.utf8.allSatisfy(\.isASCIIDigit)
  }

  private static func accountID(ofARN text: String) -> String? {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), ["iam", "sts"].contains(parts[2]),
      parts[3].isEmpty, isID(parts[4]), !parts[5].isEmpty
    else { return nil }
    return String(parts[4])
  }
}
