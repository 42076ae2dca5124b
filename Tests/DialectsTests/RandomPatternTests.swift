import Dialects
import Privacy
import RegularExpressions
import TestSupport
import Testing

/// Random patterns: if RE2 runs one, it gives the same result as ICU.
@Suite struct RandomPatternTests {
  @Test func bothEnginesGiveTheSameResult() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let seed = SeededGenerator.seed(standard: 2_002)
    var random = SeededGenerator(seed: seed)
    let runner = PatternRunner { false }
    var items: [String] = []
    var cases: [String] = []
    while items.count < 600 {
      let pattern = Self.pattern(&random, depth: 0)
      let text = Self.text(&random)
      guard let java = try? JavaPattern(pattern), java.re2Whole != nil else { continue }
      let (p, t) = (Self.literal(pattern), Self.literal(text))
      let whole = try runner.matches(text, pattern) == true
      let first = try runner.first(in: text, pattern).map(Self.literal) ?? "CAST(NULL AS VARCHAR)"
      let replaced = try #require(try runner.replacing(text, pattern, by: "<$0>"))
      items.append(
        "(\(t) SIMILAR TO \(p)) = \(whole ? "TRUE" : "FALSE") AND REGEXP_SUBSTR(\(t), \(p)) IS NOT DISTINCT FROM \(first) "
          + "AND REGEXP_REPLACE(\(t), \(p), '<$0>') = \(Self.literal(replaced)) AS c\(items.count)")
      cases.append("\(pattern) in \(text)")
    }
    let compiled = try await QueryCompiler().compile(
      "SELECT \(items.joined(separator: ",\n"))", for: .measurement, in: FixtureTests.wideContext)
    let answers = try #require(try await signals.run(compiled.query).last).split(separator: ",")
    #expect(answers.count == cases.count)
    for (one, answer) in zip(cases, answers) { #expect(answer == "true", "seed \(seed): \(one)") }
  }

  private static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  private static func text(_ random: inout SeededGenerator) -> String {
    let signs = ["a", "b", "c", "A", "1", " ", "é", "-", "\n"]
    return (0..<Int.random(in: 0...10, using: &random)).map { _ in signs.randomElement(using: &random) ?? "" }.joined()
  }

  private static func pattern(_ random: inout SeededGenerator, depth: Int) -> String {
    let atoms = [
      "a", "b", "c", ".", "\\d", "\\w", "\\W", "\\s", "\\S", "[ab]", "[^a]", "[a-c1]", "\\p{Alpha}", "\\p{L}", "é", "-",
      "(?i:a)", "[\\w-]", "\\x61", "(?s:.)",
    ]
    var result = Int.random(in: 0..<12, using: &random) == 0 ? "^" : ""
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      if depth < 2, Int.random(in: 0..<4, using: &random) == 0 {
        let open = Bool.random(using: &random) ? "(" : "(?:"
        result += open + pattern(&random, depth: depth + 1) + ")"
      } else {
        result += atoms.randomElement(using: &random) ?? ""
      }
      result += ["", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}"].randomElement(using: &random) ?? ""
    }
    if Int.random(in: 0..<5, using: &random) == 0 { result += "|" + pattern(&random, depth: depth + 1) }
    return result
  }
}
