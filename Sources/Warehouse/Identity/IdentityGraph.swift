import Dialects
package import FirstPartyData
package import ObjectStorage

/// The people of a scope as they are known at one moment: what one piece of work resolves all of its records with.
package struct IdentityGraph: Sendable {
  /// The country of a record of which none is known.
  package static let unknownCountry = "UNKNOWN"

  /// Where the links of a rule are.
  struct Links: Sendable {
    let rule: MatchRule
    let location: EngineLocation
  }

  private let links: [Links]
  private let linkSecret: LinkSecret
  /// Whether the files have the instance's user keys; otherwise they have the identifiers that keys are made of.
  private let holdsKeys: Bool

  init(links: [Links], linkSecret: LinkSecret, holdsKeys: Bool) {
    self.links = links
    self.linkSecret = linkSecret
    self.holdsKeys = holdsKeys
  }

  /// The files that the engine's session must be opened with.
  package var files: [EngineLocation] { links.map(\.location) }

  /// Adds to records whom they are about: `(SELECT relation.*, resolved_user_key, resolved_user_type FROM …)`, with
  /// exactly one row for each of `relation`, whose order may be another one.
  ///
  /// Rules are tried in their order of precedence; a record that one of them knows is not looked up by the next ones.
  ///
  /// - Parameters:
  ///   - relation: What stands after FROM: a name, or a SELECT in parentheses.
  ///   - identifiers: The identifiers that the records have, each a VARCHAR expression over `relation`, which may be
  ///     NULL. Names of columns stand in it alone, without the relation's. Hashed identifiers are lower-case
  ///     hexadecimal SHA-256.
  ///   - country: A VARCHAR expression for the two-letter country; `UNKNOWN` or NULL when it is not known.
  ///   - secret: What the instance makes its user keys with.
  package func resolving(
    _ relation: String, identifiers: [IdentifierKind: String], country: String, secret: UserKeySecret
  ) -> String {
    var joins = ""
    var users: [String] = []
    var types: [String] = []
    for rule in MatchRule.allCases {
      guard let location = links.first(where: { $0.rule == rule })?.location,
        let link = linkSecret.link(rule, identifiers: identifiers, country: country)
      else { continue }
      let names = JoinedNames(rule)
      // CASE computes the link only for those whom no rule before has known.
      let wanted =
        users.isEmpty ? link : "CASE WHEN coalesce(\(users.joined(separator: ", "))) IS NULL THEN \(link) END"
      joins += " LEFT JOIN \(names.select(from: location)) ON \(names.link) = \(wanted)"
      users.append(names.user)
      types.append(names.type)
    }
    let user = users.isEmpty ? "CAST(NULL AS \(holdsKeys ? "BIGINT" : "VARCHAR"))" : Self.first(of: users)
    let key = holdsKeys ? user : secret.keyExpression(of: user)
    let type = types.isEmpty ? "CAST(NULL AS VARCHAR)" : Self.first(of: types)
    return "(SELECT records.*, \(key) AS \(ResolvedColumns.userKey), \(type) AS \(ResolvedColumns.userType) "
      + "FROM \(relation) AS records\(joins))"
  }

  private static func first(of expressions: [String]) -> String {
    "coalesce(\(expressions.joined(separator: ", ")))"
  }
}

/// The names that a rule's links have in a join with records, which no column of a file has by chance.
private struct JoinedNames {
  let link: String
  let user: String
  let type: String

  init(_ rule: MatchRule) {
    link = SQLText.name("identity link \(rule.rawValue)")
    user = SQLText.name("identity user \(rule.rawValue)")
    type = SQLText.name("identity type \(rule.rawValue)")
  }

  /// The links that lead to one user.
  func select(from location: EngineLocation) -> String {
    "(SELECT \(LinkColumns.link) AS \(link), \(LinkColumns.user) AS \(user), \(LinkColumns.type) AS \(type) "
      + "FROM read_parquet(\(SQLText.string(location.path)), hive_partitioning = false) "
      + "WHERE \(LinkColumns.user) IS NOT NULL)"
  }
}

/// The columns of a file with links.
enum LinkColumns {
  /// UUID; no two rows have the same.
  static let link = "link"
  /// The user's identifier, or in a sandbox the key; NULL for a link that several users share.
  static let user = "user_id"
  /// The kind of the identifier.
  static let type = "user_type"
}
