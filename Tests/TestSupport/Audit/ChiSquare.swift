import Foundation

/// The test of Pearson (1900): whether counts fit probabilities.
package enum ChiSquare {
  /// The probability that counts from these probabilities fit as badly as the observed ones, or worse.
  ///
  /// Neighbouring cells are merged until each is expected at least ten times.
  package static func probability(observed: [Int], expected probabilities: [Double]) -> Double {
    precondition(observed.count == probabilities.count)
    let runs = Double(observed.reduce(0, +))
    var cells: [(observed: Double, expected: Double)] = []
    var open = (observed: 0.0, expected: 0.0)
    for (count, probability) in zip(observed, probabilities) {
      open = (open.observed + Double(count), open.expected + probability * runs)
      if open.expected >= 10 {
        cells.append(open)
        open = (0, 0)
      }
    }
    precondition(!cells.isEmpty)
    cells[cells.count - 1].observed += open.observed
    cells[cells.count - 1].expected += open.expected
    return probability(of: statistic(cells), degrees: cells.count - 1)
  }

  /// The same for two samples: whether their counts come from one distribution.
  package static func probability(_ left: [Int], _ right: [Int]) -> Double {
    precondition(left.count == right.count)
    let (leftRuns, rightRuns) = (Double(left.reduce(0, +)), Double(right.reduce(0, +)))
    let both = zip(left, right).filter { $0 + $1 > 0 }.map { (Double($0), Double($1)) }
    let sum = both.reduce(0.0) { sum, cell in
      let difference = cell.0 * (rightRuns / leftRuns).squareRoot() - cell.1 * (leftRuns / rightRuns).squareRoot()
      return sum + difference * difference / (cell.0 + cell.1)
    }
    return probability(of: sum, degrees: both.count - 1)
  }

  private static func statistic(_ cells: [(observed: Double, expected: Double)]) -> Double {
    cells.reduce(0) { $0 + ($1.observed - $1.expected) * ($1.observed - $1.expected) / $1.expected }
  }

  /// The probability that a chi-square variable is at least `value`: the incomplete gamma function Q(k/2, x/2).
  static func probability(of value: Double, degrees: Int) -> Double {
    guard degrees > 0, value > 0 else { return 1 }
    let (a, x) = (Double(degrees) / 2, value / 2)
    let front = exp(a * log(x) - x - lgamma(a))
    guard x >= a + 1 else {
      // P(a, x) as a power series.
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-16 {
        n += 1
        term *= x / n
        sum += term
      }
      return 1 - front * sum
    }
    // Q(a, x) as a continued fraction, by the method of Lentz.
    var (b, c) = (x + 1 - a, 1e300)
    var d = 1 / b
    var result = d
    for i in 1...10_000 {
      let factor = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (factor * d + b)
      c = b + factor / c
      let change = c * d
      result *= change
      if abs(change - 1) < 1e-15 { break }
    }
    return front * result
  }
}
