import Foundation

/// Logistic regression with an L2 penalty, fitted by Newton's method: what scikit-learn's `LogisticRegression` fits
/// with its usual settings.
///
/// It finds the weights w and the intercept b that make C · Σ ln(1 + exp(−±(w·x + b))) + |w|² / 2 least. That sum is
/// strictly convex, so that there is one answer, also where the classes can be separated: the penalty holds the
/// weights. The rows are somewhere else; each pass over them gives the sums of a step.
struct LogisticRegression {
  /// Passes over the rows after which the best so far has to do. A dozen are usual.
  static let passLimit = 60
  /// A step that changes no coefficient by more is the last one.
  static let tolerance = 1e-9
  /// How often a step is halved that leads upwards before the search ends where it is.
  static let halvingLimit = 30

  /// C: the weight of the rows against the penalty. 1 is scikit-learn's default.
  var inverseRegularisation = 1.0

  /// The result of a pass, summed over the rows. The intercept comes first, as the coefficient of a feature that is 1.
  struct Sums: Sendable {
    /// −ln of the likelihood.
    var loss: Double
    /// (p − y) · x
    var gradient: [Double]
    /// p · (1 − p) · x · xᵀ, the lower triangle.
    var curvature: [[Double]]
  }

  /// Where the search ended.
  struct Fit: Sendable {
    /// The intercept, then a weight for each feature.
    var coefficients: [Double]
    var passCount: Int
    /// False where the passes ran out.
    var hasConverged: Bool
  }

  /// Fits the coefficients.
  ///
  /// - Parameters:
  ///   - positiveShare: The share of rows of the first class, between 0 and 1: the start is a model that says just
  ///     that.
  ///   - pass: Goes over the rows with these coefficients.
  func fit(
    featureCount: Int, positiveShare: Double, pass: ([Double]) async throws -> Sums
  ) async throws -> Fit {
    precondition(positiveShare > 0 && positiveShare < 1, "Both classes need rows.")
    var best = [Double](repeating: 0, count: featureCount + 1)
    best[0] = log(positiveShare / (1 - positiveShare))
    var sums = try await pass(best)
    var least = objective(sums, best)
    var step = self.step(sums, at: best)
    var passes = 1
    var halvings = 0
    while passes < Self.passLimit, halvings <= Self.halvingLimit {
      guard (step.map(abs).max() ?? 0) > Self.tolerance else { break }
      let candidate = zip(best, step).map { $0 - $1 }
      sums = try await pass(candidate)
      passes += 1
      let value = objective(sums, candidate)
      if value <= least {
        (best, least, halvings) = (candidate, value, 0)
        step = self.step(sums, at: best)
      } else {
        // Too far, or so near that rounding decides: half the way.
        halvings += 1
        step = step.map { $0 / 2 }
      }
    }
    return Fit(coefficients: best, passCount: passes, hasConverged: passes < Self.passLimit)
  }

  private func objective(_ sums: Sums, _ coefficients: [Double]) -> Double {
    inverseRegularisation * sums.loss + coefficients.dropFirst().reduce(0) { $0 + $1 * $1 } / 2
  }

  /// The step that Newton's method takes from the coefficients. The penalty leaves the intercept alone.
  private func step(_ sums: Sums, at coefficients: [Double]) -> [Double] {
    var gradient = sums.gradient.map { inverseRegularisation * $0 }
    var curvature = sums.curvature.map { row in row.map { inverseRegularisation * $0 } }
    for index in coefficients.indices.dropFirst() {
      gradient[index] += coefficients[index]
      curvature[index][index] += 1
    }
    // Where all rows are certain, nothing curves but the penalty: something small stands in for the intercept.
    var ridge = 1e-12
    while true {
      if let system = try? LinearSystem(curvature) { return system.solution(for: gradient) }
      for index in curvature.indices { curvature[index][index] += ridge }
      ridge *= 100
      guard ridge.isFinite else { return gradient.map { _ in 0 } }
    }
  }
}
