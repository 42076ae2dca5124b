import DifferentialPrivacy
import Foundation
import Privacy
import Testing

/// The accuracy of averages, other quotients and percentiles, as it is known before a query runs.
@Suite struct NoisyQuotientTests {
  private func columns(
    _ sql: String, _ parameters: NoiseParameters = NoisyRoom.ordinary
  ) async throws -> [NoisePlan.Column] {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let compiled = try await NoisyRoom(signals: signals, parameters: parameters).compiled(sql)
    return try #require(compiled.noise).columns
  }

  @Test func averagesTellTheErrorsOfWhatTheyAreMadeOf() async throws {
    let columns = try await columns(
      """
      SELECT campaign, AVG(impression_cost) AS a, SUM(impression_cost) AS s, COUNT(impression_cost) AS n,
        ROUND(AVG(impression_cost), 2) AS r, AVG(impression_cost) / 1000 AS k FROM dsp_impressions GROUP BY campaign
      """)
    let accuracy = try #require(columns[1].quotient)
    #expect(columns[1].standardError == nil)
    // The figures that stand beside it, which it shares.
    #expect(abs(accuracy.numeratorError - (try #require(columns[2].standardError))) < 1e-6)
    #expect(abs(accuracy.denominatorError - (try #require(columns[3].standardError))) < 1e-6)
    #expect(columns[4].quotient == accuracy)
    let thousandth = try #require(columns[5].quotient)
    #expect(abs(thousandth.numeratorError * 1000 - accuracy.numeratorError) < 1e-6)
    #expect(thousandth.denominatorError == accuracy.denominatorError)
    #expect([0, 2, 3].allSatisfy { columns[$0].quotient == nil })
  }

  /// A rate that the query computes is a quotient too. Where both numbers share a figure, their noises do not add up
  /// so, and nothing is said.
  @Test func ratesAreQuotients() async throws {
    let columns = try await columns(
      """
      SELECT a.n / b.n AS rate, (a.n - b.n) / b.n AS own, a.n * b.n AS product FROM
        (SELECT CAST(COUNT(*) AS DOUBLE) AS n FROM dsp_clicks) a
      CROSS JOIN (SELECT CAST(COUNT(*) AS DOUBLE) AS n FROM dsp_impressions) b
      """)
    #expect(columns.map { $0.quotient != nil } == [true, false, false])
  }

  @Test func percentilesTellByHowManyValuesTheyAreOff() async throws {
    func missed(_ sql: String) async throws -> Double? { try await columns(sql)[0].percentile?.valuesMissed }
    let median = try #require(try await missed("SELECT MEDIAN(impressions) AS m FROM dsp_impressions"))
    let high = try #require(try await missed("SELECT PERCENTILE(impressions, 0.9) AS m FROM dsp_impressions"))
    #expect(median > 0 && abs(high / median - 1.8) < 1e-6)
    #expect(try await missed("SELECT COUNT(*) AS m FROM dsp_impressions") == nil)
  }

  /// The errors by the formula are as large as those that the noise makes.
  @Test func theErrorOfAnAverageIsTheOneThatIsSeen() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoiseParameters(loss: PrivacyLoss(ticks: 1 << 42)))
    let sql = "SELECT AVG(impressions) AS a, COUNT(impressions) AS n FROM dsp_impressions"
    let accuracy = try #require(try await room.compiled(sql).noise?.columns[0].quotient)
    var (seen, told) = (0.0, 0.0)
    for seed in UInt8(1)...30 {
      let row = try await room.rows(sql, seed: seed)[0].split(separator: ",").compactMap { Double($0) }
      let error = accuracy.standardError(of: row[0], over: row[1])
      seen += (row[0] - 1) * (row[0] - 1)
      told += error * error
    }
    let ratio = (seen / told).squareRoot()
    #expect(ratio > 0.6 && ratio < 1.6, "\(ratio)")
  }
}
