/// Rewrites CSV whose lines end in more than one way, so that each record ends with a line feed.
///
/// Breaks within quotes stay as they are. If the upload says by what records are separated, other breaks are part of a
/// value, which gets quotes then. Every break of the file stays one, so that lines keep their numbers.
struct RecordRewriter {
  /// The longest value that is looked at as a whole, in bytes; the engine takes no longer ones.
  private static let valueByteLimit = TextLines.byteLimit

  /// The shape of the rewritten file.
  let shape: CSVShape
  private(set) var output: [UInt8] = []

  private let separators: Set<LineBreak>
  private let delimiter: [UInt8]
  private let quote: UInt8?
  private let escape: UInt8?
  private let comment: UInt8?
  /// The quote around values that need one.
  private let newQuote: [UInt8]
  private let newEscape: [UInt8]

  private enum Place {
    case recordStart, valueStart, plain, quoted, escaped, behindQuote, comment
  }
  private var place = Place.recordStart
  private var value: [UInt8] = []
  private var hasBreak = false
  private var startedQuoted = false
  private var isBehindReturn = false

  /// - Parameter separators: The breaks that end records.
  init(_ shape: CSVShape, separators: Set<LineBreak>) {
    self.separators = separators
    delimiter = Array(shape.fieldDelimiter.utf8)
    quote = shape.quote.utf8.first
    escape = shape.escape.utf8.first
    comment = shape.comment.utf8.first
    let keepsBreaks = separators.count < LineBreak.allCases.count
    self.shape = shape.quote.isEmpty && keepsBreaks ? shape.quoting() : shape
    newQuote = Array(self.shape.quote.utf8)
    newEscape = Array(self.shape.escape.utf8)
  }

  /// Takes the next bytes of the file.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      if isBehindReturn {
        isBehindReturn = false
        if byte == UInt8(ascii: "\n") {
          end(.both)
          continue
        }
        end(.carriageReturn)
      }
      switch byte {
      case UInt8(ascii: "\r"): isBehindReturn = true
      case UInt8(ascii: "\n"): end(.lineFeed)
      default: take(byte)
      }
    }
  }

  /// Says that the file ends here.
  mutating func finish() {
    if isBehindReturn { end(.carriageReturn) }
    isBehindReturn = false
    flushValue()
  }

  /// The bytes that are ready; they are gone from here then.
  mutating func drain() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  private mutating func take(_ byte: UInt8) {
    switch place {
    case .quoted:
      value.append(byte)
      if byte == escape, escape != quote {
        place = .escaped
      } else if byte == quote {
        place = .behindQuote
      }
    case .escaped:
      value.append(byte)
      place = .quoted
    case .behindQuote where byte == quote && escape == quote:
      value.append(byte)
      place = .quoted
    case .recordStart where byte == comment:
      place = .comment
      output.append(byte)
    case .recordStart where byte == quote, .valueStart where byte == quote:
      place = .quoted
      startedQuoted = true
      value.append(byte)
    case .comment: output.append(byte)
    case .recordStart, .valueStart, .plain, .behindQuote: takePlain(byte)
    }
    if value.count > Self.valueByteLimit { flushUnchanged() }
  }

  private mutating func takePlain(_ byte: UInt8) {
    value.append(byte)
    if place != .behindQuote { place = .plain }
    guard byte == delimiter.last, value.count >= delimiter.count, value.suffix(delimiter.count).elementsEqual(delimiter)
    else { return }
    value.removeLast(delimiter.count)
    flushValue()
    output.append(contentsOf: delimiter)
    place = .valueStart
  }

  private mutating func end(_ lineBreak: LineBreak) {
    switch place {
    case .quoted, .escaped:
      value.append(contentsOf: lineBreak.text.utf8)
      place = .quoted
    case .recordStart, .valueStart, .plain, .behindQuote, .comment:
      if separators.contains(lineBreak) {
        flushValue()
        output.append(UInt8(ascii: "\n"))
        place = .recordStart
      } else if place == .comment {
        output.append(UInt8(ascii: " "))
      } else if startedQuoted {
        // Text behind a quoted value, which the engine refuses.
        value.append(contentsOf: [UInt8(ascii: " "), UInt8(ascii: "?")])
      } else {
        value.append(contentsOf: lineBreak.text.utf8)
        hasBreak = true
        place = .plain
      }
    }
  }

  private mutating func flushValue() {
    let isPlain = startedQuoted && quote != nil
    guard !isPlain, let mark = newQuote.first, hasBreak || (quote == nil && value.contains(mark)) else {
      return flushUnchanged()
    }
    output.append(mark)
    for byte in value {
      if byte == mark || byte == newEscape.first { output.append(contentsOf: newEscape) }
      output.append(byte)
    }
    output.append(mark)
    startNext()
  }

  private mutating func flushUnchanged() {
    output.append(contentsOf: value)
    startNext()
  }

  private mutating func startNext() {
    value.removeAll(keepingCapacity: true)
    hasBreak = false
    startedQuoted = place == .quoted || place == .escaped
  }
}
