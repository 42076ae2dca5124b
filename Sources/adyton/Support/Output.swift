import Base
import Foundation
import Synchronization

/// Standard output, line by line: `print` keeps lines back when the output is a file or a pipe.
enum Output {
  /// Prints a line. A command whose output can't be written has not done what it was asked to: it ends.
  static func line(_ text: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8))
    } catch {
      CommandFailure.print("The output can't be written.")
      exit(1)
    }
  }

  /// Prints a value as one JSON document, with the members of objects in order.
  static func json(_ value: some Encodable) throws {
    line(try JSONEncoder.pretty.text(of: value))
  }

  /// Prints names and values, one a line, or as one JSON object.
  static func fields(_ fields: [(name: String, value: String)], asJSON: Bool) throws {
    guard !asJSON else { return try json(Dictionary(uniqueKeysWithValues: fields)) }
    let width = fields.map(\.name.count).max() ?? 0
    for (name, value) in fields { line("\(name.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(value)") }
  }

  /// Prints rows, one a line with tabs between their values, or as a JSON array of objects.
  static func rows(_ names: [String], _ rows: [[String]], asJSON: Bool) throws {
    guard !asJSON else { return try json(rows.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }) }
    for row in rows { line(row.joined(separator: "\t")) }
  }
}

/// A line on standard error that shows the progress of a command; nothing where that is no terminal.
final class ProgressLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let shown = Mutex("")

  /// Replaces the line.
  func show(_ text: String) {
    guard isTerminal else { return }
    shown.withLock { shown in
      guard shown != text else { return }
      shown = text
      try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(text)".utf8))
    }
  }

  /// Removes the line.
  func clear() {
    guard isTerminal else { return }
    shown.withLock { shown in
      shown = ""
      try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }
  }
}
