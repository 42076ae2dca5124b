import Foundation
import RegularExpressions
import TestSupport
import Testing

/// The reader of patterns and their runner. Results beside Java's are in `DialectsTests`, given by queries.
@Suite struct PatternTests {
  /// Each `a` more doubles the steps that it takes to find that there is no `c`.
  private static let text = String(repeating: "a", count: 60) + "b"

  @Test func anyTextIsReadOrRefused() {
    let seed = SeededGenerator.seed(standard: 2_001)
    var random = SeededGenerator(seed: seed)
    let signs = Array("ab1é😀 \n(((()))[[]]{}{},?*+|^$.\\\\\\&&-:=!<>imsxQEpPdDwWbBkuxc0129#").map(String.init)
    var readCount = 0
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...12, using: &random)
      let text = (0..<length).map { _ in signs.randomElement(using: &random) ?? "" }.joined()
      if let pattern = try? JavaPattern(text) {
        readCount += 1
        _ = try? NSRegularExpression(pattern: pattern.icu)
        _ = try? JavaReplacement("$1" + text, for: pattern)
      }
    }
    #expect(readCount > 1_000, "seed \(seed)")
    let deep = String(repeating: "(", count: 40) + "a" + String(repeating: "{999999})", count: 40)
    #expect((try? JavaPattern(deep)) != nil)
  }

  @Test func problemsNameTheCharacter() {
    let problem = #expect(throws: PatternProblem.self) { try JavaPattern("ab[z-a]") }
    #expect(problem?.position == 4)
    #expect(problem?.description.hasSuffix("(character 4)") == true)
  }

  @Test func patternsThatNoEngineTakesAreFound() throws {
    #expect(try JavaPattern("a+").hasEngine)
    #expect(try JavaPattern("(?<=a{1,3})b").hasEngine)
    #expect(try !JavaPattern("(?<=a+)b").hasEngine)
  }

  @Test func replacementsForRE2HaveOneDigitAGroup() throws {
    let pattern = try JavaPattern(String(repeating: "(a)", count: 10))
    #expect(try JavaReplacement(#"$1\\x\$"#, for: pattern).re2 == #"\1\\x$"#)
    #expect(try JavaReplacement("$10", for: pattern).re2 == nil)
  }

  @Test func aStoppedRunnerEndsAtOnce() throws {
    let runner = PatternRunner { true }
    #expect(throws: PatternRunner.Stopped.self) { try runner.matches(Self.text, "(a+)+(?=c)c") }
    #expect(throws: PatternRunner.Stopped.self) { try runner.checkStop() }
  }
}
