package import GRDB

/// A right that an application may be given, with the names of Login with Amazon.
package enum Scope: String, StoredChoice {
  /// Everything except audiences of own data.
  case campaignManagement = "advertising::campaign_management"
  /// Own data: uploads, and audiences whose members an advertiser sends.
  case audiences = "advertising::audiences"

  /// The older name of `campaignManagement`, which clients for sponsored ads still ask for.
  private static let olderCampaignManagement = "cpc_advertising:campaign_management"

  /// The scope of a name as clients write it, the older one included; nil for an unknown name.
  package init?(named name: some StringProtocol) {
    guard name != Self.olderCampaignManagement else {
      self = .campaignManagement
      return
    }
    self.init(rawValue: String(name))
  }
}

/// The scopes of a token: at least one. They are stored and written as in OAuth 2, with a space between them.
package struct Scopes: Sendable, Hashable {
  package let all: Set<Scope>

  package init(_ all: Set<Scope>) {
    self.all = all
  }

  /// The scopes of the operator's own applications.
  package static let every = Scopes(Set(Scope.allCases))

  /// The scopes of a text; nil if it has none, or an unknown one.
  package init?(text: some StringProtocol) {
    var all: Set<Scope> = []
    for name in text.split(separator: " ") {
      guard let scope = Scope(rawValue: String(name)) else { return nil }
      all.insert(scope)
    }
    guard !all.isEmpty else { return nil }
    self.all = all
  }

  /// The known scopes of a client's request; nil if it names none.
  ///
  /// Clients of several services ask for the scopes of all of them at once, such as `profile` and
  /// `advertising::test:create_account`. Unknown ones give no right, so they are dropped rather than refused.
  package init?(requested text: some StringProtocol) {
    let known = Set(text.split(separator: " ").compactMap { Scope(named: $0) })
    guard !known.isEmpty else { return nil }
    all = known
  }

  /// The scopes as text, always in the same order.
  package var text: String { all.map(\.rawValue).sorted().joined(separator: " ") }

  package func contains(_ scope: Scope) -> Bool { all.contains(scope) }

  package func isSubset(of other: Scopes) -> Bool { all.isSubset(of: other.all) }

  /// The scopes that are in both; nil if there are none.
  package func common(with other: Scopes?) -> Scopes? {
    guard let common = other?.all.intersection(all), !common.isEmpty else { return nil }
    return Scopes(common)
  }
}

extension Scopes: DatabaseValueConvertible, Codable {
  package var databaseValue: DatabaseValue { text.databaseValue }

  package static func fromDatabaseValue(_ value: DatabaseValue) -> Scopes? {
    String.fromDatabaseValue(value).flatMap { Scopes(text: $0) }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let scopes = Scopes(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no scopes")
    }
    self = scopes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
