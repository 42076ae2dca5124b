import AMCSQL
import Catalog

/// Rule 8: an audience query gives user keys, and only those of users who may be targeted. A query for features gives
/// all that it selects, of those users alone.
struct AudienceRewriter {
  /// The kind of identifier that an audience can have as a member.
  private static let targetableUserType = "adUserId"

  private var build: RelationBuilder

  init(_ query: BoundQuery) { build = RelationBuilder(for: query) }

  /// The column `user_id` of an audience query.
  ///
  /// - Throws: `user_id_not_selected` where there is none, or where it holds something else than keys of users.
  static func user(of query: BoundQuery) throws(Diagnostic) -> RelationColumn {
    let keys = UserKeys(query)
    guard let user = query.body.columns.first(where: { $0.name.lowercased() == "user_id" }) else {
      throw Diagnostic(
        .userIdNotSelected, "An audience query must select `user_id`.", at: query.span,
        hint: "SELECT user_id FROM … WHERE …")
    }
    guard user.type == .userKey, keys.contains(user.id) else {
      throw Diagnostic(
        .userIdNotSelected, "The column `user_id` of an audience query must be the `user_id` of a data source.",
        at: query.outputSpans.first ?? query.span, hint: "Select it as it is, or with COALESCE or CASE of such columns."
      )
    }
    return user
  }

  mutating func protect(
    _ query: BoundQuery, _ user: RelationColumn, for purpose: Purpose
  ) -> ProtectedRelation {
    var ctes = query.ctes
    for index in ctes.indices { ctes[index].relation = rewritten(ctes[index].relation) }
    let relation = known(rewritten(query.body), user, at: query.span)
    let body =
      switch purpose {
      case .measurement, .audience: targetable(unique(relation, user, at: query.span), at: query.span)
      case .features: targetable(relation, user, at: query.span)
      }
    return ProtectedRelation(ctes: ctes, body: body, purpose: purpose)
  }

  /// Without the rows of users that are unknown.
  private func known(_ relation: Relation, _ user: RelationColumn, at span: SourceSpan) -> Relation {
    let isKnown = BoundExpression(.isNull(.column(user, at: span), negated: true), type: .boolean, at: span)
    return .filter(.init(input: relation, condition: isKnown))
  }

  /// Each user once, and nothing but users.
  private mutating func unique(_ relation: Relation, _ user: RelationColumn, at span: SourceSpan) -> Relation {
    .aggregate(
      .init(
        input: relation,
        keys: [.init(column: build.column("user_id", .userKey), expression: .column(user, at: span))], calls: [],
        span: span))
  }

  private mutating func targetable(_ users: Relation, at span: SourceSpan) -> Relation {
    targetable(users, users.columns[0], at: span)
  }

  /// Without those users that have opted out or are excluded.
  private mutating func targetable(_ relation: Relation, _ user: RelationColumn, at span: SourceSpan) -> Relation {
    let key = BoundExpression.column(user, at: span)
    let preferences = build.scan(InternalTables.userPreferences, at: span)
    let flags = preferences.columns.dropFirst().map { flag in
      BoundExpression(.isTruth(.column(flag, at: span), true, negated: false), type: .boolean, at: span)
    }
    let untargetable = Relation.filter(
      .init(input: .scan(preferences), condition: .any(Array(flags), at: span)))
    let only = Relation.project(
      .init(
        input: untargetable,
        items: [.init(column: build.column("user_id", .userKey), expression: .column(preferences.columns[0], at: span))]
      ))
    let isTargetable = BoundExpression(
      .inRelation(key, build.subquery(only), negated: true), type: .boolean, at: span)
    return .filter(.init(input: relation, condition: isTargetable))
  }

  /// The relation with what each `_for_audiences` table leaves out.
  private mutating func rewritten(_ relation: Relation) -> Relation {
    var rewriter = self
    let result = relation.map { node in
      guard case .scan(let scan) = node, let rules = Self.rules(for: scan.source) else { return node }
      return rewriter.restricted(scan, rules)
    }
    self = rewriter
    return result
  }

  /// The columns of a data source that an audience does not see; nil where it sees all.
  private static func rules(for source: DataSource) -> DataSource.AudienceRules? {
    guard source.owner == .customer, source.userTypeColumn != nil else { return source.audienceRules }
    var rules = DataSource.AudienceRules()
    rules.userIDType = targetableUserType
    return rules
  }

  private mutating func restricted(_ scan: Relation.Scan, _ rules: DataSource.AudienceRules) -> Relation {
    var inner = scan
    var hidden: [String: RelationColumn] = [:]
    let userType = scan.source.userTypeColumn ?? "user_id_type"
    for name in [rules.rowsWithoutColumn, rules.userIDType == nil ? nil : userType].compactMap({ $0 }) {
      guard let own = scan.source.column(named: name) else { continue }
      let column = build.column(own.name, own.type)
      hidden[name] = column
    }
    // What the query reads keeps its ids on the outside; inside, columns that change get new ones.
    let changed = Set(rules.columnsWithoutSensitiveASINs)
    var items: [Relation.Project.Item] = []
    for (index, column) in scan.columns.enumerated() where changed.contains(column.name) {
      inner.columns[index].id = build.column(column.name, column.type).id
    }
    for (outer, column) in zip(scan.columns, inner.columns) {
      let value = BoundExpression.column(column, at: scan.span)
      items.append(.init(column: outer, expression: outer.id == column.id ? value : withoutSensitiveASINs(value)))
    }
    let own = inner.columns
    inner.columns = own + hidden.sorted { $0.key < $1.key }.map(\.value)
    var relation = Relation.scan(inner)
    if let condition = rowCondition(rules, hidden, userType: userType, at: scan.span) {
      relation = .filter(.init(input: relation, condition: condition))
    }
    return .project(.init(input: relation, items: items))
  }

  private func rowCondition(
    _ rules: DataSource.AudienceRules, _ hidden: [String: RelationColumn], userType: String, at span: SourceSpan
  ) -> BoundExpression? {
    var conditions: [BoundExpression] = []
    if let name = rules.rowsWithoutColumn, let column = hidden[name] {
      conditions.append(BoundExpression(.isNull(.column(column, at: span), negated: false), type: .boolean, at: span))
    }
    if let type = rules.userIDType, let column = hidden[userType] {
      let literal = BoundExpression(.literal(.string(type)), type: .string, at: span)
      conditions.append(BoundExpression.column(column, at: span).compared(.equal, literal))
    }
    return conditions.isEmpty ? nil : .all(conditions, at: span)
  }

  private mutating func withoutSensitiveASINs(_ value: BoundExpression) -> BoundExpression {
    let scan = build.scan(InternalTables.sensitiveASINs, at: value.span)
    let isSensitive = BoundExpression(
      .inRelation(value, build.subquery(.scan(scan)), negated: false), type: .boolean, at: value.span)
    return BoundExpression(
      .conditional([.init(condition: isSensitive, result: .null(value.type, at: value.span))], otherwise: value),
      type: value.type, at: value.span)
  }
}
