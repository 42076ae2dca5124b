import Catalog
import Foundation
import Testing

/// An attempt to learn something about one person.
///
/// Attacks are in `Attacks/FAMILY.sql`, each after a line `-- # name`:
///
///     -- # the postal code by a literal
///     -- secret postal
///     -- learns where the victim saw the campaign
///     SELECT …
///     -- then
///     SELECT …
///
/// Further lines before a query:
///
/// - `-- not in the language`: the grammar refuses the attack.
/// - `-- tolerated REASON`: the secret may be learned.
/// - `-- by what is hidden`: only protection makes the attack possible.
/// - `-- weights 1 -1`: the responses reveal nothing by themselves, but their weighted sum does.
/// - `-- parameter name = text`: the value of a parameter.
/// - `-- window FROM TO`: the time window (UTC) of the query that follows.
struct Attack: Sendable, CustomTestStringConvertible {
  var family: String
  var name: String
  var secret: Secret?
  /// The secret that a successful attack learns.
  var learns = ""
  /// The reason why the responses may differ; nil if they must not.
  var tolerated: String?
  /// Whether the grammar refuses the attack, protected or not.
  var isUnspeakable = false
  /// Whether the attack uses hidden rows, so without protection there would be nothing to learn.
  var isByHiding = false
  var questions: [Question] = [Question(sql: "")]
  /// The factors of the responses' numbers, whose weighted sum is the adversary's belief; nil if each response counts
  /// by itself.
  var weights: [Double]?

  var testDescription: String { "\(family): \(name)" }

  static func load() throws -> [Attack] {
    let urls = (Bundle.module.urls(forResourcesWithExtension: "sql", subdirectory: "Attacks") ?? []).map { $0 as URL }
    return try urls.sorted { $0.path < $1.path }.flatMap { url in
      try parse(String(contentsOf: url, encoding: .utf8), family: url.deletingPathExtension().lastPathComponent)
    }
  }

  private static func parse(_ text: String, family: String) throws -> [Attack] {
    var attacks: [Attack] = []
    for line in text.split(separator: "\n").map(String.init) {
      if let name = line.after("-- # ") {
        attacks.append(Attack(family: family, name: name))
      } else if !attacks.isEmpty {
        try attacks[attacks.count - 1].read(line)
      }
    }
    return attacks
  }

  private mutating func read(_ line: String) throws {
    let last = questions.count - 1
    if let text = line.after("-- secret ") {
      secret = Secret(rawValue: text)
    } else if let text = line.after("-- learns ") {
      learns = text
    } else if let text = line.after("-- tolerated ") {
      tolerated = text
    } else if let text = line.after("-- parameter ") {
      let parts = text.split(separator: " = ", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw AttackFileProblem(line: line) }
      questions[last].parameters[parts[0]] = .string(parts[1])
    } else if let text = line.after("-- window ") {
      let times = text.split(separator: " ").compactMap { try? Date(String($0), strategy: .iso8601) }
      guard times.count == 2 else { throw AttackFileProblem(line: line) }
      questions[last].window = TimeWindow(start: times[0], end: times[1])
    } else if line == "-- not in the language" {
      isUnspeakable = true
    } else if let text = line.after("-- weights ") {
      weights = text.split(separator: " ").compactMap { Double($0) }
    } else if line == "-- by what is hidden" {
      isByHiding = true
    } else if line == "-- then" {
      questions.append(Question(sql: ""))
    } else if line.hasPrefix("--") {
      throw AttackFileProblem(line: line)
    } else {
      questions[last].sql += line + "\n"
    }
  }
}

/// A line of an attack file that is not understood.
struct AttackFileProblem: Error {
  var line: String
}

extension String {
  /// The text behind the prefix.
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
