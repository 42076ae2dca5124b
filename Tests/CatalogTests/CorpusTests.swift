import AMCSQL
import Foundation
import TestSupport
import Testing

@testable import Catalog

/// Queries whose names and types are wrong, each with the code, the place, the text and the hint of what is said about it.
@Suite struct ErrorCorpusTests {
  static let corpus = Fixture.load(.module, folder: "Corpus")

  @Test func corpusIsThere() {
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
