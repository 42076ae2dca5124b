import Foundation

/// The finding of a distinguishing game about the loss of privacy.
package struct AuditFinding: Sendable, CustomStringConvertible {
  /// The share of games in which a bound may be wrong.
  package static let risk = 1e-3

  private let game: DistinguishingGame
  private let chosenFrom: Sample
  private let counted: Sample
  private let events: [AuditEvent]

  /// The most values of the scores that events are made of.
  private static let valueLimit = 200

  /// Scores of both worlds.
  struct Sample: Sendable {
    private let without: SortedScores
    private let with: SortedScores

    init(without: some Sequence<Double>, with: some Sequence<Double>) {
      (self.without, self.with) = (SortedScores(without), SortedScores(with))
    }

    var values: [Double] { Set(without.scores + with.scores).sorted() }

    func count(_ event: AuditEvent, on side: Side) -> EventCount {
      switch side {
      case .without: without.count(event)
      case .with: with.count(event)
      }
    }
  }

  init(game: DistinguishingGame, chosenFrom: Sample, counted: Sample) {
    (self.game, self.chosenFrom, self.counted) = (game, chosenFrom, counted)
    let values = chosenFrom.values
    let step = max(1, values.count / Self.valueLimit)
    events = stride(from: 0, to: values.count, by: step).flatMap { index -> [AuditEvent] in
      let value = values[index]
      return [.atLeast(value), .atMost(value)] + (step == 1 ? [.equal(value)] : [])
    }
  }

  /// A lower bound for ε at a δ; 0 where nothing can be said.
  package func epsilonBound(delta: Double) -> Double {
    bound { p, q in p > delta && q > 0 ? log((p - delta) / q) : p > delta ? .infinity : 0 }
  }

  /// A lower bound for ρ; 0 where nothing can be said.
  ///
  /// Rényi's divergence of any order α between the two worlds is at most αρ, and that between the two outcomes of an
  /// event is no more.
  ///
  /// - Parameter delta: The δ of selections.
  package func rhoBound(delta: Double = 0) -> Double {
    bound { p, q in
      let (p, q) = (max(p - delta, 0), min(q / (1 - delta), 1))
      guard p > q else { return 0 }
      guard q > 0 else { return .infinity }
      let relativeEntropy = p * log(p / q) + (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0)
      return [1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64].reduce(relativeEntropy) { best, order in
        let other = p < 1 ? pow(1 - p, order) * pow(1 - q, 1 - order) : 0
        let divergence = log(pow(p, order) * pow(q, 1 - order) + other) / (order - 1)
        return divergence.isFinite ? max(best, divergence / order) : best
      }
    }
  }

  /// A lower bound for the attacker's advantage: the difference of an event's probabilities in the two worlds.
  package var advantageBound: Double { bound { p, q in max(p - q, 0) } }

  /// The greatest advantage that (ε, δ) leaves.
  package static func greatestAdvantage(epsilon: Double, delta: Double) -> Double {
    (exp(epsilon) - 1 + 2 * delta) / (exp(epsilon) + 1)
  }

  /// The loss that the best event surely shows, where `loss` is that of an event with the probability p in one world
  /// and q in the other, growing in p and falling in q.
  private func bound(_ loss: (_ p: Double, _ q: Double) -> Double) -> Double {
    let candidates = events.flatMap { event in Side.allCases.map { (event: event, likelier: $0) } }
    let promises = candidates.map { candidate in
      let (more, less) = counts(candidate.event, candidate.likelier, chosenFrom)
      return loss(more.likelyLowerBound, less.likelyUpperBound)
    }
    guard let best = promises.indices.max(by: { promises[$0] < promises[$1] }) else { return 0 }
    let (more, less) = counts(candidates[best].event, candidates[best].likelier, counted)
    // Half of the risk for each of the two bounds.
    return max(loss(more.lowerBound(risk: Self.risk / 2), less.upperBound(risk: Self.risk / 2)), 0)
  }

  private func counts(_ event: AuditEvent, _ likelier: Side, _ sample: Sample) -> (more: EventCount, less: EventCount) {
    (sample.count(event, on: likelier), sample.count(event, on: likelier == .with ? .without : .with))
  }

  package var description: String {
    """
    \(game.name): seed \(game.seed), \(game.runs) runs in each world; at least ρ \(rhoBound()), \
    ε \(epsilonBound(delta: 0)) at δ 0, advantage \(advantageBound)
    """
  }
}
