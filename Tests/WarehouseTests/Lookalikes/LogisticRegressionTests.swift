import Foundation
import Testing

@testable import Warehouse

@Suite struct LogisticRegressionTests {
  private static let rows: [[Double]] = [
    [0.5, 1.0], [1.5, -0.3], [2.0, 0.7], [-1.0, 0.2], [0.1, -1.2], [3.0, 1.1], [-0.5, 0.9], [-2.0, -0.4], [1.0, 0.0],
    [0.3, -0.8], [-1.5, 1.3], [2.5, -1.0],
  ]
  private static let classes: [Double] = [1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1]

  /// A pass over rows in memory.
  private static func pass(
    _ rows: [[Double]], _ classes: [Double]
  ) -> ([Double]) -> LogisticRegression.Sums {
    { coefficients in
      let width = coefficients.count
      var sums = LogisticRegression.Sums(
        loss: 0, gradient: [Double](repeating: 0, count: width),
        curvature: (0..<width).map { [Double](repeating: 0, count: $0 + 1) })
      for (row, y) in zip(rows, classes) {
        let x = [1] + row
        let z = zip(x, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        let p = 1 / (1 + exp(-z))
        sums.loss += max(z, 0) - y * z + log(1 + exp(-abs(z)))
        for i in 0..<width {
          sums.gradient[i] += (p - y) * x[i]
          for j in 0...i { sums.curvature[i][j] += p * (1 - p) * x[i] * x[j] }
        }
      }
      return sums
    }
  }

  private func fit(_ rows: [[Double]], _ classes: [Double]) async throws -> LogisticRegression.Fit {
    try await LogisticRegression().fit(
      featureCount: rows.first?.count ?? 0, positiveShare: classes.reduce(0, +) / Double(classes.count),
      pass: Self.pass(rows, classes))
  }

  /// The numbers are those of scikit-learn 1.9.1: `LogisticRegression(C=1, tol=1e-12, solver="newton-cholesky")`.
  @Test func coefficientsMatchScikitLearn() async throws {
    let fit = try await fit(Self.rows, Self.classes)
    #expect(fit.hasConverged)
    #expect(fit.passCount < 15)
    for (own, known) in zip(fit.coefficients, [-0.583295404812792, 1.1974619891176983, 0.08142846109247386]) {
      #expect(abs(own - known) < 1e-8)
    }
  }

  /// Classes that a feature separates have finite weights, as the penalty holds them: 1.00659431 in scikit-learn.
  @Test func separableDataConverge() async throws {
    let fit = try await fit([[-2], [-1], [1], [2]], [0, 0, 1, 1])
    #expect(fit.hasConverged)
    #expect(abs(fit.coefficients[0]) < 1e-8)
    #expect(abs(fit.coefficients[1] - 1.00659431) < 1e-7)
    // Far apart, where nothing but the penalty curves.
    let far = try await self.fit([[-2000], [-1000], [1000], [2000]], [0, 0, 1, 1])
    #expect(far.hasConverged)
    #expect(far.coefficients[1] > 0 && far.coefficients[1] < 1)
  }

  /// Two equal features share the weight; an irrelevant one has none.
  @Test func redundantFeaturesAreHarmless() async throws {
    let twice = Self.rows.map { [$0[0], $0[0], 0] }
    let fit = try await fit(twice, Self.classes)
    #expect(fit.hasConverged)
    #expect(abs(fit.coefficients[1] - fit.coefficients[2]) < 1e-9)
    #expect(fit.coefficients[3] == 0)
  }

  /// Without features, only the share of the classes is left.
  @Test func withoutFeaturesTheInterceptIsTheLogOdds() async throws {
    let fit = try await fit([[], [], [], []], [1, 0, 0, 0])
    #expect(fit.coefficients.count == 1)
    #expect(abs(fit.coefficients[0] - log(1.0 / 3)) < 1e-9)
  }

  @Test func linearSystemsAreSolved() throws {
    let system = try LinearSystem([[4], [2, 5], [-2, 1, 6]])
    let solution = system.solution(for: [2, 11, 18])
    // 4x + 2y − 2z = 2, 2x + 5y + z = 11, −2x + y + 6z = 18
    let back = [
      4 * solution[0] + 2 * solution[1] - 2 * solution[2], 2 * solution[0] + 5 * solution[1] + solution[2],
      -2 * solution[0] + solution[1] + 6 * solution[2],
    ]
    for (own, wanted) in zip(back, [2.0, 11, 18]) { #expect(abs(own - wanted) < 1e-12) }
    #expect(throws: LinearSystem.NotPositiveDefinite.self) { try LinearSystem([[1], [2, 1]]) }
    #expect(throws: LinearSystem.NotPositiveDefinite.self) { try LinearSystem([[.nan]]) }
  }

  @Test func weightsAreRoundedDoubles() {
    #expect(LookalikeModel.rounded(0.12345678949) == 0.123456789)
    #expect(LookalikeModel.rounded(-123_456.789_04) == -123_456.789)
    #expect(LookalikeModel.rounded(0) == 0)
    #expect(LookalikeModel.literal(0.5) == "0.5e0")
    #expect(LookalikeModel.literal(1.5e-7) == "1.5e-07")
  }
}
