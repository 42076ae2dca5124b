/// Something that an attacker can look at.
enum AuditEvent: Sendable {
  case atLeast(Double)
  case atMost(Double)
  case equal(Double)
}

/// Scores in their order, so that those of an event are counted without looking at each.
struct SortedScores: Sendable {
  let scores: [Double]

  init(_ scores: some Sequence<Double>) { self.scores = scores.sorted() }

  func count(_ event: AuditEvent) -> EventCount {
    let hits =
      switch event {
      case .atLeast(let limit): scores.count - countBelow(limit)
      case .atMost(let limit): countBelow(limit.nextUp)
      case .equal(let value): countBelow(value.nextUp) - countBelow(value)
      }
    return EventCount(hits: hits, runs: scores.count)
  }

  private func countBelow(_ limit: Double) -> Int {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
