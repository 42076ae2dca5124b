/// An element of a policy's statement, by which the statement may not apply to a request.
package enum PolicyElement: String, Hashable, Sendable, CaseIterable {
  case principal
  case action
  case resource
  case condition
}

/// The verdict of one statement of a policy on a request.
package struct PolicyVerdict: Hashable, Sendable {
  /// The statement's index in the policy, from 0.
  package let statement: Int
  package let allows: Bool
  /// The elements that don't speak of the request.
  package let failing: [PolicyElement]
  /// The elements of which it is not known whether they do.
  package let open: [PolicyElement]

  /// Whether the statement speaks of the request for certain.
  package var applies: Bool { failing.isEmpty && open.isEmpty }
  /// Whether it may speak of the request.
  package var mayApply: Bool { failing.isEmpty }
}

extension BucketPolicy {
  /// The verdicts of all statements on a request: the reasons behind `decision(on:)`.
  package func verdicts(on request: Request) -> [PolicyVerdict] {
    statements.enumerated().map { index, statement in
      let truths = PolicyElement.allCases.map { ($0, statement.element($0, appliesTo: request)) }
      return PolicyVerdict(
        statement: index, allows: statement.effect == .allow, failing: truths.filter { $0.1 == .no }.map(\.0),
        open: truths.filter { $0.1 == .unknown }.map(\.0))
    }
  }
}
