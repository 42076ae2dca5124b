import Dialects
package import FirstPartyData
package import ObjectStorage

/// Rows that say who is behind which identifiers: a person can have several, each for another e-mail address or device.
package struct PeopleSource: Sendable {
  /// The files that the engine's session must be opened with.
  package var files: [EngineLocation]
  /// The text after FROM.
  package var relation: String
  /// The user's identifier, or in a sandbox the key, as an expression over the relation. NULL is for people who are
  /// nobody: their links lead to no user, and no other person can have them.
  package var user: String
  /// The kind of the user's identifier, a `UserType`; nil where all rows leave it open.
  package var userType: String?
  /// The two-letter country; nil where none is known.
  package var country: String?
  /// The identifiers of people. Hashed values are lower-case.
  package var identifiers: [IdentifierKind: String]

  package init(
    files: [EngineLocation], relation: String, user: String, userType: String?, country: String?,
    identifiers: [IdentifierKind: String]
  ) {
    self.files = files
    self.relation = relation
    self.user = user
    self.userType = userType
    self.country = country
    self.identifiers = identifiers
  }

  /// The users and their links, without any identifier: the columns of `LinkedColumns`.
  func linked(by secret: LinkSecret) -> String {
    let types = SQLText.list(UserType.allCases.map(\.rawValue))
    let type = userType.map { "CAST(nullif(list_position(\(types), \($0)), 0) AS TINYINT)" } ?? "CAST(NULL AS TINYINT)"
    let links = MatchRule.allCases.map { rule in
      let link = secret.link(rule, identifiers: identifiers, country: country ?? "NULL")
      return "\(link ?? "CAST(NULL AS UUID)") AS \(LinkedColumns.link(rule))"
    }
    return "SELECT \(user) AS \(LinkedColumns.user), \(type) AS \(LinkedColumns.statedType), "
      + "\(links.joined(separator: ", ")) FROM \(relation)"
  }
}

/// The columns of people on their way into a graph.
enum LinkedColumns {
  static let user = "user_id"
  /// The number of the stated type in `UserType`, from 1; NULL where none was stated.
  static let statedType = "stated_type"

  /// The link of the row under a rule, or NULL.
  static func link(_ rule: MatchRule) -> String { "link_\(rule.rawValue)" }
}
