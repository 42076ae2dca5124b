public import Catalog

/// A query that has been shown to keep the privacy rules. It is the only thing that a dialect can turn into an engine's
/// SQL, and `Protection.protect` is the only thing that makes one.
public struct ProtectedRelation: Sendable {
  public let ctes: [BoundQuery.CTE]
  public let body: Relation
  public let purpose: Purpose
  /// The order of the rows that are shown; nil for none.
  public let order: ResultOrder?
  /// The aggregations over many users; none for audiences and synthetic signals.
  public let disclosureQueries: [DisclosureQuery]
  /// The cost of the query and the accuracy of its result in noise mode; nil in threshold mode, and for synthetic
  /// signals.
  public let noise: NoisePlan?
  /// The aggregations with noise, for tests of their sensitivity.
  let noisyAggregations: [NoisyAggregation]
  /// Makes the nodes of groups that are left out; nil where nothing is aggregated.
  let build: RelationBuilder?

  init(
    ctes: [BoundQuery.CTE], body: Relation, purpose: Purpose, order: ResultOrder? = nil,
    disclosureQueries: [DisclosureQuery] = [], noise: NoisePlan? = nil,
    noisyAggregations: [NoisyAggregation] = [], build: RelationBuilder? = nil
  ) {
    self.ctes = ctes
    self.body = body
    self.purpose = purpose
    self.order = order
    self.disclosureQueries = disclosureQueries
    self.noise = noise
    self.noisyAggregations = noisyAggregations
    self.build = build
  }
}
