package import GRDB

/// What an application may be let do, by the names of Login with Amazon.
package enum Scope: String, StoredChoice {
  /// Everything but audiences of one's own data.
  case campaignManagement = "advertising::campaign_management"
  /// The data provider's: uploads, and audiences whose members an advertiser sends.
  case audiences = "advertising::audiences"
}

/// The scopes of a token: at least one. Kept and written as OAuth 2 does, with a space between them.
package struct Scopes: Sendable, Hashable {
  package let all: Set<Scope>

  package init(_ all: Set<Scope>) {
    self.all = all
  }

  /// What applications of the operator's own have.
  package static let every = Scopes(Set(Scope.allCases))

  /// The scopes of a text; nil where it has none, or one that is not known.
  package init?(text: some StringProtocol) {
    var all: Set<Scope> = []
    for name in text.split(separator: " ") {
      guard let scope = Scope(rawValue: String(name)) else { return nil }
      all.insert(scope)
    }
    guard !all.isEmpty else { return nil }
    self.all = all
  }

  /// Always in the same order.
  package var text: String { all.map(\.rawValue).sorted().joined(separator: " ") }

  package func contains(_ scope: Scope) -> Bool { all.contains(scope) }

  package func isSubset(of other: Scopes) -> Bool { all.isSubset(of: other.all) }
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
