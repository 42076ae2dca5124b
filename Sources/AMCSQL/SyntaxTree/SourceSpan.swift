/// A position in a query's text.
///
/// `offset` counts UTF-8 bytes from 0. `line` and `column` count from 1, the column in characters, so a text editor
/// finds the same position.
public struct SourcePosition: Hashable, Sendable, Comparable, Codable {
  public var offset: Int
  public var line: Int
  public var column: Int

  public init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }

  public static let start = SourcePosition(offset: 0, line: 1, column: 1)

  public static func < (left: SourcePosition, right: SourcePosition) -> Bool { left.offset < right.offset }
}

/// A half-open range of a query's text: `end` is the position after the last character.
public struct SourceSpan: Hashable, Sendable, Codable {
  public var start: SourcePosition
  public var end: SourcePosition

  public init(_ start: SourcePosition, _ end: SourcePosition) {
    self.start = start
    self.end = end
  }

  /// The smallest span that contains both.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(min(start, other.start), max(end, other.end))
  }
}
