import AMCSQL
import Catalog
import Dialects
import Foundation
import Privacy
import TestSupport
import Testing

/// Queries that must be refused, each with its code and position.
@Suite struct CorpusTests {
  static let corpus = Fixture.load(.module, folder: "Corpus")

  /// Codes that need more than a query's text to occur; each has its own test.
  static let codesOutsideTheCorpus: Set<DiagnosticCode> = [
    .queryTooLong, .nestingTooDeep, .subscriptionRequired, .legacyDataSet, .unboundedMeasure,
  ]

  /// AMC's, and a table of event details, of which AMC has none.
  static let catalogue: Catalogue = {
    var catalogue = Catalogue.standard
    catalogue.add(
      DataSource(
        name: "session_details", baseName: "session_details", grain: .eventDetail,
        columns: [
          Column(name: "adserver_session_id", type: .string, kind: .dimension, threshold: .veryHigh),
          Column(name: "adserver_site", type: .string, kind: .dimension, threshold: .low),
          Column(name: "behavior_segment_id", type: .integer, kind: .dimension, threshold: .low),
          Column(name: "video_complete", type: .bigint, kind: .metric, threshold: .none),
        ], eventTimeColumn: nil, userColumn: nil))
    return catalogue
  }()

  static let context = BindingContext(
    catalogue: catalogue,
    timeWindow: TimeWindow(
      start: Date(timeIntervalSince1970: 1_735_689_600), end: Date(timeIntervalSince1970: 1_736_553_600)),
    parameters: [
      "code": .string("98101"), "codes": .array([.string("98101"), .string("10001")]),
      "mixed": .array([.integer(1), .string("a")]),
    ],
    now: Date(timeIntervalSince1970: 1_736_640_000))

  @Test func theCorpusIsLargeAndStatesItsExpectations() {
    #expect(Self.corpus.count >= 90)
    for query in Self.corpus {
      #expect(!query.expectedProblems.isEmpty && query.expectedRows.isEmpty, "\(query.place)")
      #expect(query.queryPurpose != nil, "\(query.place)")
    }
    let names = Self.corpus.map(\.place)
    #expect(Set(names).count == names.count, "two queries have one name")
  }

  @Test(arguments: corpus.indices) func queryIsRefused(at index: Int) async throws {
    let query = Self.corpus[index]
    let purpose = try #require(query.queryPurpose)
    do {
      let compiled = try await QueryCompiler().compile(query.sql, for: purpose, in: Self.context)
      Issue.record("\(query.place) was let through: \(compiled.query.sql)")
    } catch {
      let problems = error.diagnostics.filter { $0.severity == .error }.map(Self.summary)
      #expect(problems == query.expectedProblems, "\(query.place): \(error.diagnostics.map(\.text))")
    }
  }

  @Test func everyCodeOccurs() {
    let found = Set(Self.corpus.flatMap(\.expectedProblems).map { String($0.prefix { $0 != " " }) })
    for code in DiagnosticCode.allCases where !Self.codesOutsideTheCorpus.contains(code) {
      #expect(found.contains(code.rawValue), "no query of the corpus is refused with \(code.rawValue)")
    }
  }

  static func summary(_ problem: Diagnostic) -> String {
    "\(problem.code.rawValue) \(problem.span.start.line):\(problem.span.start.column)"
  }
}
