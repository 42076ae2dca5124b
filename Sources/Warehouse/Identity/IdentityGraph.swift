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

  /// How records of people whom a sandbox does not know are matched: `percentage` of a hundred match one of its
  /// people, the same ones each time. AMC's guide "AMC Sandbox" documents that rate.
  struct Strangers: Sendable {
    static let percentage = 80

    /// The rule whose links name the people that are drawn from.
    let rule: MatchRule
    /// The number of these links.
    let userCount: Int
  }

  private let links: [Links]
  /// nil for a graph that matches the people it knows, and nobody else.
  var strangers: Strangers?
  /// Whether a record is looked up by the first rule alone that it has identifiers for, known or not.
  ///
  /// Then one link decides about a record, so a person who is not known leaves all records of others as they are.
  /// Otherwise a record of that person could turn into one of somebody else: who uploads a thousand records with one
  /// e-mail address and a thousand telephones would see in a count of users whether the address is known.
  package var looksUpOneIdentifier = false
  private let linkSecret: LinkSecret
  /// Whether the files have the instance's user keys; otherwise they have the identifiers that keys are made of.
  private let holdsKeys: Bool

  init(links: [Links], linkSecret: LinkSecret, holdsKeys: Bool) {
    self.links = links
    self.linkSecret = linkSecret
    self.holdsKeys = holdsKeys
    strangers = nil
  }

  /// The files that the engine's session must be opened with.
  package var files: [EngineLocation] { links.map(\.location) }

  /// Adds to records whom they are about: `(SELECT relation.*, resolved_user_key, resolved_user_type FROM …)`, with
  /// exactly one row for each of `relation`, whose order may be another one.
  ///
  /// Rules are tried in their order of precedence; a record that one of them knows is not looked up by the next ones.
  /// With `looksUpOneIdentifier`, nor is one that has the identifiers of an earlier rule.
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
    var found: [String] = []
    var wanted: [String] = []
    for rule in MatchRule.allCases {
      guard let link = linkSecret.link(rule, identifiers: identifiers, country: country) else { continue }
      let earlier = looksUpOneIdentifier ? wanted : users
      wanted.append(link)
      guard let location = links.first(where: { $0.rule == rule })?.location else { continue }
      let names = JoinedNames(rule)
      // CASE computes the link only for those whom no rule before has decided about.
      let condition =
        earlier.isEmpty ? link : "CASE WHEN \(Self.first(of: earlier)) IS NULL THEN \(link) END"
      joins +=
        " LEFT JOIN \(names.select(from: location, withNobody: strangers != nil)) ON \(names.link) = \(condition)"
      users.append(names.user)
      types.append(names.type)
      found.append(names.link)
    }
    let user = users.isEmpty ? "CAST(NULL AS \(holdsKeys ? "BIGINT" : "VARCHAR"))" : Self.first(of: users)
    let key = holdsKeys ? user : secret.keyExpression(of: user)
    let type = types.isEmpty ? "CAST(NULL AS VARCHAR)" : Self.first(of: types)
    let columns = "records.*, \(key) AS \(ResolvedColumns.userKey), \(type) AS \(ResolvedColumns.userType)"
    guard let strangers, let people = links.first(where: { $0.rule == strangers.rule })?.location, !wanted.isEmpty
    else {
      return "(SELECT \(columns) FROM \(relation) AS records\(joins))"
    }
    // A link that the graph has, even one of nobody, is of a person whom the sandbox has made up.
    let isKnown = found.isEmpty ? "false" : "\(Self.first(of: found)) IS NOT NULL"
    let draw = strangers.draw(of: Self.first(of: wanted), unless: isKnown)
    return "(SELECT resolved.* EXCLUDE (\(Strangers.number)) REPLACE ("
      + "coalesce(resolved.\(ResolvedColumns.userKey), \(Strangers.user)) AS \(ResolvedColumns.userKey), "
      + "coalesce(resolved.\(ResolvedColumns.userType), \(Strangers.type)) AS \(ResolvedColumns.userType)) "
      + "FROM (SELECT \(columns), \(draw) AS \(Strangers.number) FROM \(relation) AS records\(joins)) AS resolved "
      + "LEFT JOIN \(Strangers.people(from: people)) ON \(Strangers.index) = resolved.\(Strangers.number))"
  }

  private static func first(of expressions: [String]) -> String {
    "coalesce(\(expressions.joined(separator: ", ")))"
  }
}

extension IdentityGraph.Strangers {
  /// Names that no column of a file has by chance.
  fileprivate static let number = SQLText.name("identity stranger")
  fileprivate static let index = SQLText.name("identity stranger index")
  fileprivate static let user = SQLText.name("identity stranger user")
  fileprivate static let type = SQLText.name("identity stranger type")

  /// The number of the user that a record of an unknown person matches, from 0; NULL for one that matches nobody.
  ///
  /// - Parameters:
  ///   - link: The keyed hash of the record's identifiers, from which both draws follow.
  ///   - isKnown: Whether the record is of a person whom the sandbox knows, or knows to be nobody.
  fileprivate func draw(of link: String, unless isKnown: String) -> String {
    "CASE WHEN NOT (\(isKnown)) AND hash(\(link), 'match') % 100 < \(Self.percentage) AND \(link) IS NOT NULL "
      + "THEN CAST(hash(\(link), 'user') % \(userCount) AS BIGINT) END"
  }

  /// The users of a file with links, numbered from 0.
  fileprivate static func people(from location: EngineLocation) -> String {
    "(SELECT \(LinkColumns.user) AS \(user), \(LinkColumns.type) AS \(type), "
      + "row_number() OVER (ORDER BY \(LinkColumns.link)) - 1 AS \(index) "
      + "FROM read_parquet(\(SQLText.string(location.path)), hive_partitioning = false) "
      + "WHERE \(LinkColumns.user) IS NOT NULL) AS strangers"
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
  ///
  /// - Parameter withNobody: Whether links that lead to nobody are among them, with a user that is NULL.
  func select(from location: EngineLocation, withNobody: Bool) -> String {
    "(SELECT \(LinkColumns.link) AS \(link), \(LinkColumns.user) AS \(user), \(LinkColumns.type) AS \(type) "
      + "FROM read_parquet(\(SQLText.string(location.path)), hive_partitioning = false)"
      + (withNobody ? ")" : " WHERE \(LinkColumns.user) IS NOT NULL)")
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
