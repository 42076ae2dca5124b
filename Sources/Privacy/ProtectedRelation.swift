public import Catalog

/// A query that has been shown to keep the privacy rules. It is the only thing that a dialect can turn into an engine's
/// SQL, and `Protection.protect` is the only thing that makes one.
public struct ProtectedRelation: Sendable {
  public let commons: [BoundQuery.Common]
  public let body: Relation
  public let purpose: Purpose
  /// What the aggregations over many users ask; none for audiences and synthetic signals.
  public let questions: [Question]

  init(commons: [BoundQuery.Common], body: Relation, purpose: Purpose, questions: [Question] = []) {
    self.commons = commons
    self.body = body
    self.purpose = purpose
    self.questions = questions
  }
}
