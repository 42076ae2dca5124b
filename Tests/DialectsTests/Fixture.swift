import Foundation
import Testing

/// A query of a fixture file and what is expected of it.
///
/// A file has many, each after a line `-- # name`. `-- @ audience display` says what the query is for (measurement if not
/// said), `-- = text` lines are the expected CSV in any order of rows, the header first; `-- ! code line:column` is the expected refusal,
/// counted from the fixture's own first line.
struct Fixture: CustomTestStringConvertible, Sendable {
  var file: String
  var name: String
  var purpose = "measurement"
  var sql = ""
  var expectedRows: [String] = []
  var expectedProblems: [String] = []

  var testDescription: String { "\(file): \(name)" }

  static func load(_ bundle: Bundle, folder: String) -> [Fixture] {
    let urls: [URL] = (bundle.urls(forResourcesWithExtension: "sql", subdirectory: folder) ?? []).map { $0 as URL }
    return urls.sorted { $0.path < $1.path }.flatMap { url in
      parse((try? String(contentsOf: url, encoding: .utf8)) ?? "", file: url.lastPathComponent)
    }
  }

  private static func parse(_ text: String, file: String) -> [Fixture] {
    var fixtures: [Fixture] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("-- # ") {
        fixtures.append(Fixture(file: file, name: String(line.dropFirst(5))))
        continue
      }
      guard !fixtures.isEmpty else { continue }
      let last = fixtures.count - 1
      if line.hasPrefix("-- @ ") {
        fixtures[last].purpose = String(line.dropFirst(5))
      } else if line.hasPrefix("-- = ") {
        fixtures[last].expectedRows.append(String(line.dropFirst(5)))
      } else if line.hasPrefix("-- ! ") {
        fixtures[last].expectedProblems.append(String(line.dropFirst(5)))
      } else {
        fixtures[last].sql += line + "\n"
      }
    }
    return fixtures
  }
}
