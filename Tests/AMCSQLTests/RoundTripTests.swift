import AMCSQL
import Foundation
import TestSupport
import Testing

/// Printed queries read back into the same tree.
@Suite struct RoundTripTests {
  /// Every query of the fixtures and of the corpus of refusals.
  private static let texts: [String] = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let folders = ["DialectsTests/Fixtures", "PrivacyTests/Corpus"]
    return folders.flatMap { folder in Fixture.load(tests.appendingPathComponent(folder)).map(\.sql) }
  }()

  @Test func fixturesAndCorpusRoundTrip() throws {
    var readable = 0
    for text in Self.texts {
      guard let query = try? Parser.parse(text) else { continue }
      readable += 1
      let printed = Printer.print(query)
      #expect(try Printer.print(Parser.parse(printed)) == printed, "\(text)")
    }
    #expect(readable >= 200)
  }

  @Test func randomTreesRoundTrip() throws {
    let seed = SeededGenerator.seed(standard: 4_711)
    var trees = RandomTrees(seed: seed)
    for number in 0..<2_000 {
      let tree = trees.query(depth: 3)
      let printed = Printer.print(tree)
      do {
        #expect(Printer.print(try Parser.parse(printed)) == printed, "seed \(seed), tree \(number)")
      } catch {
        Issue.record("seed \(seed), tree \(number): \(error.text) in \(printed)")
      }
    }
  }
}
