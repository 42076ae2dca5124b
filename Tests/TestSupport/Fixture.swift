package import Foundation
package import Privacy

/// A query of a fixture file, with its expected result.
///
/// A file has many, each after a line `-- # name`:
///
/// - `-- @ audience display`: the purpose of the query; measurement by default.
/// - `-- = text`: a line of the expected CSV, in any order of rows, the header first.
/// - `-- ! code line:column`: the expected refusal, with the line counted from the fixture's own first line.
/// - `-- ? text`: the hint of the refusal.
package struct Fixture: Sendable {
  package var file: String
  package var name: String
  package var purpose = "measurement"
  package var sql = ""
  package var expectedRows: [String] = []
  package var expectedProblems: [String] = []
  package var expectedHint: String?

  /// The file and the name of the fixture, for messages.
  package var place: String { "\(file): \(name)" }

  /// The purpose of the fixture's query; nil if its `-- @` line is not understood.
  package var queryPurpose: Purpose? {
    switch purpose {
    case "measurement": .measurement
    case "audience display": .audience(.display)
    case "audience sponsored_ads": .audience(.sponsoredAds)
    default: nil
    }
  }

  package static func load(_ bundle: Bundle, folder: String) -> [Fixture] {
    let urls: [URL] = (bundle.urls(forResourcesWithExtension: "sql", subdirectory: folder) ?? []).map { $0 as URL }
    return load(urls)
  }

  /// All fixtures of a folder of files.
  package static func load(_ folder: URL) -> [Fixture] {
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return load(files.filter { $0.pathExtension == "sql" })
  }

  private static func load(_ urls: [URL]) -> [Fixture] {
    urls.sorted { $0.path < $1.path }.flatMap { url in
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
      } else if line.hasPrefix("-- ? ") {
        fixtures[last].expectedHint = String(line.dropFirst(5))
      } else {
        fixtures[last].sql += line + "\n"
      }
    }
    return fixtures
  }
}
