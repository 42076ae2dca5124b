import AMCSQL
import Catalog
import Dialects
import Foundation
import Privacy
import TestSupport
import Testing

/// Every fixture is compiled and executed; the results are compared with those written beside it.
@Suite struct FixtureTests {
  static let fixtures = Fixture.load(.module, folder: "Fixtures") + Fixture.load(.module, folder: "Fixtures/functions")

  @Test func fixturesArePresent() {
    #expect(Self.fixtures.count >= 60)
    #expect(Self.fixtures.allSatisfy { !$0.expectedRows.isEmpty || !$0.expectedProblems.isEmpty })
  }

  @Test func everyFixtureGivesItsExpectedResult() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    for fixture in Self.fixtures {
      do {
        let compiled = try await QueryCompiler().compile(
          fixture.sql, for: #require(fixture.queryPurpose), in: Self.context)
        let rows = try await signals.run(compiled.query)
        #expect(fixture.expectedProblems.isEmpty, "\(fixture.place): it was not refused")
        #expect(rows.first == fixture.expectedRows.first, "\(fixture.place): the header")
        #expect(
          rows.dropFirst().sorted() == fixture.expectedRows.dropFirst().sorted(), "\(fixture.place)")
      } catch let refusal as QueryRefusal {
        let problems = refusal.diagnostics.map { "\($0.code.rawValue) \($0.span.start.line):\($0.span.start.column)" }
        #expect(
          problems == fixture.expectedProblems, "\(fixture.place): \(refusal.diagnostics.map(\.text))")
      } catch {
        Issue.record("\(fixture.place): \(error)")
      }
    }
  }

  static let context = BindingContext(
    timeWindow: TestSignals.window,
    parameters: [
      "campaign": .string("campaign 1"), "ids": .array([.integer(1), .integer(2)]), "least": .integer(3),
      "share": .decimal("0.5"),
    ],
    now: Date(timeIntervalSince1970: 1_736_640_000.5))

  /// The same for queries that try hundreds of things at once.
  static var wideContext: BindingContext {
    var context = context
    context.columnLimit = 1_000
    return context
  }
}
