/// Shows diagnostics beside the text that they are about.
///
///     DiagnosticRenderer(file: "report.sql", text: text).render(diagnostic)
public struct DiagnosticRenderer {
  /// The name of the file, which is shown before `line:column`.
  public var file: String
  private let lines: [String]

  public init(file: String, text: String) {
    self.file = file
    // Lines are split by bytes: a carriage return and the line feed behind it are one character.
    self.lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// `file:line:column: code: text`, the line itself, and a mark below the position.
  public func render(_ diagnostic: Diagnostic) -> String {
    let start = diagnostic.span.start
    let label = diagnostic.severity == .note ? "note: " : ""
    var result = "\(file):\(start.line):\(start.column): \(label)\(diagnostic.code.rawValue): \(diagnostic.text)"
    guard start.line >= 1, start.line <= lines.count else { return result }
    let line = lines[start.line - 1]
    result += "\n  \(line.replacingTabs)\n  \(marker(for: diagnostic.span, in: line))"
    return result
  }

  private func marker(for span: SourceSpan, in line: String) -> String {
    // Columns count code points, so that they agree with the lexer's.
    let lineLength = line.unicodeScalars.count
    let first = min(max(span.start.column, 1), lineLength + 1)
    let endColumn = span.end.line == span.start.line ? span.end.column : lineLength + 1
    let width = max(1, min(endColumn, lineLength + 1) - first)
    return String(repeating: " ", count: first - 1) + String(repeating: "^", count: width)
  }
}

extension String {
  fileprivate var replacingTabs: String { String(map { $0 == "\t" ? " " : $0 }) }
}
