import Foundation

/// How often an event happened, and what that says of its probability.
package struct EventCount: Sendable {
  package var hits: Int
  package var runs: Int

  package init(hits: Int, runs: Int) {
    (self.hits, self.runs) = (hits, runs)
  }

  /// The lower bound of Clopper and Pearson (1934): the true probability is below it in at most one of 1/`risk` tests.
  package func lowerBound(risk: Double) -> Double {
    guard hits > 0 else { return 0 }
    // The probability p at which `hits` or more happen in a share `risk` of all tests.
    return Self.bisect { p in Self.tail(from: hits, through: runs, of: runs, p) < risk }
  }

  /// The upper bound of Clopper and Pearson: the true probability is above it in at most one of 1/`risk` tests.
  package func upperBound(risk: Double) -> Double {
    guard hits < runs else { return 1 }
    return Self.bisect { p in Self.tail(from: 0, through: hits, of: runs, p) >= risk }
  }

  /// About the lower bound, computed fast.
  var likelyLowerBound: Double { max(share - margin, 0) }

  /// About the upper bound, computed fast.
  var likelyUpperBound: Double { min(share + margin, 1) }

  private var share: Double { Double(hits) / Double(runs) }

  private var margin: Double {
    let smoothed = (Double(hits) + 1) / (Double(runs) + 2)
    // With few runs only large differences count, and these are seen with less care.
    let deviations = runs >= 200 ? 3.5 : 2
    return deviations * (smoothed * (1 - smoothed) / Double(runs)).squareRoot() + 1 / Double(runs)
  }

  /// The greatest probability for which `isBelow` is true, which it is up to some probability.
  private static func bisect(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of `first` to `last` hits in `runs` runs.
  private static func tail(from first: Int, through last: Int, of runs: Int, _ p: Double) -> Double {
    guard p > 0 else { return first == 0 ? 1 : 0 }
    guard p < 1 else { return last == runs ? 1 : 0 }
    // From the end that is nearer to the middle on, terms fall: those too small to count are left out.
    let mode = min(max(Int(Double(runs + 1) * p), first), last)
    let logTerm = { (k: Int) in
      lgamma(Double(runs) + 1) - lgamma(Double(k) + 1) - lgamma(Double(runs - k) + 1) + Double(k) * log(p)
        + Double(runs - k) * log1p(-p)
    }
    let peak = exp(logTerm(mode))
    var sum = peak
    var term = peak
    var k = mode
    while k < last, term > 0, term > sum * 1e-18 {
      term *= Double(runs - k) / Double(k + 1) * p / (1 - p)
      sum += term
      k += 1
    }
    (term, k) = (peak, mode)
    while k > first, term > 0, term > sum * 1e-18 {
      term *= Double(k) / Double(runs - k + 1) * (1 - p) / p
      sum += term
      k -= 1
    }
    return min(sum, 1)
  }
}
