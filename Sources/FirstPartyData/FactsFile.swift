import Foundation

/// A tab-separated file of facts that comes with the program; `Resources/README.md` describes them.
enum FactsFile {
  /// The rows below the header, each with the header's number of fields.
  static func rows(of name: String) -> [[Substring]] {
    guard let url = Bundle.module.url(forResource: name, withExtension: "tsv", subdirectory: "Resources"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { fatalError("The file \(name).tsv, which is part of the program, is missing.") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard let header = lines.first else { return [] }
    let width = fields(of: header).count
    return lines.dropFirst().map { line in
      let row = fields(of: line)
      precondition(row.count == width, "\(name).tsv has a row of another width")
      return row
    }
  }

  private static func fields(of line: Substring) -> [Substring] {
    line.split(separator: "\t", omittingEmptySubsequences: false)
  }
}
