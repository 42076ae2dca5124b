import AMCSQL
import Foundation
import TestSupport
import Testing

@testable import Catalog

/// Queries with wrong names and types, each with the code, position, text and hint of its diagnostic.
@Suite struct ErrorCorpusTests {
  static let corpus = Fixture.load(.module, folder: "Corpus")

  @Test func theCorpusIsPresent() {
    #expect(Self.corpus.count >= 60)
    #expect(Self.corpus.allSatisfy { $0.expectedProblems.count == 1 })
  }

  @Test(arguments: corpus.indices) func queryIsRefused(at index: Int) throws {
    let fixture = Self.corpus[index]
    let context = BindingContext(timeWindow: nil, parameters: ["campaign": .string("x")], now: Date())
    do {
      _ = try Binder.bind(Parser.parse(fixture.sql), in: context)
      Issue.record("\(fixture.place) was let through")
    } catch let refusal as QueryRefusal {
      let first = refusal.first
      let place = "\(first.code.rawValue) \(first.span.start.line):\(first.span.start.column) \(first.message)"
      #expect([place] == fixture.expectedProblems, "\(fixture.place)")
      #expect(first.hint == fixture.expectedHint, "\(fixture.place)")
    } catch {
      Issue.record("\(fixture.place): \(error)")
    }
  }
}
