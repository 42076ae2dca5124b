import Foundation
import Testing

/// A tab-separated file of expectations; `Fixtures/README.md` says how each was made.
enum FixtureFile {
  /// The rows below the header.
  static func rows(of name: String) throws -> [[String]] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "tsv", subdirectory: "Fixtures"))
    let text = try String(contentsOf: url, encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
