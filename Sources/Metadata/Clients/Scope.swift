package import GRDB

/// A right that an application may be given, with the names of Login with Amazon.
package enum Scope: String, StoredChoice {
  /// Everything except audiences of own data.
  case campaignManagement = "advertising::campaign_management"
  /// Own data: uploads, and audiences whose members an advertiser sends.
  case audiences = "advertising::audiences"
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

  /// The scopes as text, always in the same order.
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
