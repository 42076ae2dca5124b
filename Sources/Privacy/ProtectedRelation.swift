public import Catalog

/// A query that has been shown to keep the privacy rules. It is the only thing that a dialect can turn into an engine's
/// SQL, and `Protection.protect` is the only thing that makes one.
public struct ProtectedRelation: Sendable {
  public let ctes: [BoundQuery.CTE]
  public let body: Relation
  public let purpose: Purpose
  /// The aggregations over many users; none for audiences and synthetic signals.
  public let disclosureQueries: [DisclosureQuery]

  init(ctes: [BoundQuery.CTE], body: Relation, purpose: Purpose, disclosureQueries: [DisclosureQuery] = []) {
    self.ctes = ctes
    self.body = body
    self.purpose = purpose
    self.disclosureQueries = disclosureQueries
  }
}
