import AMCSQL
import Catalog
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import Testing

/// Queries in noise mode over the small world of `TestSignals`.
struct NoisyRoom {
  /// So little noise that counts have none at all.
  static let almostNone = NoiseParameters(loss: PrivacyLoss(ticks: 1 << 62, deltaTicks: 1 << 40))
  /// The loss of a query at epsilon 1.
  static let ordinary = NoiseParameters(
    loss: PrivacyLoss.allowed(epsilon: 1, delta: 1e-8) + PrivacyLoss(selectionDelta: 1e-9))

  let signals: TestSignals
  var parameters = Self.almostNone

  static func seed(_ number: UInt8) throws -> NoiseSeed {
    try #require(NoiseSeed(bytes: [UInt8](repeating: number, count: NoiseSeed.byteCount)))
  }

  func compiled(
    _ sql: String, for purpose: Purpose = .measurement, _ controls: AggregationControls = AggregationControls(),
    in context: BindingContext = FixtureTests.context
  ) async throws -> QueryCompiler.Compiled {
    try await QueryCompiler(noise: parameters).compile(sql, for: purpose, in: context, controls: controls)
  }

  /// The rows of the answer, without the header, in the order of their texts.
  func rows(
    _ sql: String, seed: UInt8 = 1, for purpose: Purpose = .measurement,
    _ controls: AggregationControls = AggregationControls()
  ) async throws -> [String] {
    let query = try await compiled(sql, for: purpose, controls).seeded(Self.seed(seed))
    return try await signals.run(query).dropFirst().sorted()
  }

  /// The one number of the answer.
  func number(_ sql: String, seed: UInt8 = 1) async throws -> Double {
    let rows = try await rows(sql, seed: seed)
    return try #require(rows.first.flatMap(Double.init), "\(rows)")
  }

  /// The code and the hint of a refusal; nil where the query compiles.
  func refusal(_ sql: String) async throws -> (code: String, hint: String)? {
    do throws(QueryRefusal) {
      _ = try await QueryCompiler(noise: parameters).compile(sql, for: .measurement, in: FixtureTests.context)
      return nil
    } catch {
      return (error.first.code.rawValue, error.first.hint ?? "")
    }
  }
}
