import AMCSQL
import Catalog
import Dialects
import Foundation
import Privacy
import Testing
import Warehouse

/// Queries for features read what an audience query reads, and give numbers about each user.
@Suite struct FeatureQueryTests {
  private func lines(_ sql: String, for purpose: Purpose, _ signals: TestSignals) async throws -> [String] {
    let compiled = try await QueryCompiler().compile(sql, for: purpose, in: FixtureTests.context)
    return Array(try await signals.run(compiled.query).dropFirst())
  }

  @Test(arguments: [AdvertiserType.display, .sponsoredAds])
  func allFeatureQueriesRun(_ advertiser: AdvertiserType) async throws {
    let readable = FeatureQuery.all.filter { $0.isReadable(in: .standard, by: advertiser) }
    #expect(readable.count == (advertiser == .display ? FeatureQuery.all.count : FeatureQuery.all.count - 6))
    for query in readable {
      let compiled = try await QueryCompiler().compile(query.sql, for: .features(advertiser), in: FixtureTests.context)
      let names = compiled.query.columns.map(\.name)
      switch query.shape {
      case .measures(let measures): #expect(names == ["user_id"] + measures.map(\.name))
      case .categories: #expect(names == ["user_id", "category", "amount"])
      }
    }
  }

  @Test func featuresAreOfTargetableUsersOnly() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let audience = try await lines(
      "SELECT user_id FROM dsp_impressions_for_audiences", for: .audience(.display), signals)
    let features = try await lines(
      "SELECT user_id, SUM(impressions) AS n FROM dsp_impressions_for_audiences GROUP BY user_id",
      for: .features(.display), signals)
    let users = features.map { String($0.prefix { $0 != "," }) }
    #expect(users.sorted() == audience.sorted())
    #expect(features.allSatisfy { $0.split(separator: ",").count == 2 })
  }

  /// A query for features gives no access to tables for measurement.
  @Test func measurementTablesAreRefused() async throws {
    await #expect(throws: QueryRefusal.self) {
      try await QueryCompiler().compile(
        "SELECT user_id, COUNT(campaign) AS n FROM dsp_impressions GROUP BY user_id", for: .features(.display),
        in: FixtureTests.context)
    }
    await #expect(throws: QueryRefusal.self) {
      try await QueryCompiler().compile(
        "SELECT campaign FROM dsp_impressions_for_audiences", for: .features(.display), in: FixtureTests.context)
    }
  }
}
