/// How a CSV file separates and quotes values, with the options of AMC's upload API.
package struct CSVShape: Codable, Hashable, Sendable {
  /// The longest `fieldDelimiter`, in bytes, as the engine has it.
  package static let delimiterByteLimit = 4
  /// The separators of records. Without a setting, each of them counts.
  package static let recordDelimiters = ["\n", "\r", "\r\n"]

  /// One to four bytes.
  package private(set) var fieldDelimiter = ","
  /// One of `recordDelimiters`; nil for any.
  package private(set) var recordDelimiter: String?
  /// One ASCII character, or empty where nothing is quoted.
  package private(set) var quote = "\""
  /// The character that makes a quote within a quoted value part of it: ASCII, and possibly the quote itself.
  package private(set) var escape = "\""
  /// One ASCII character that lines begin with which are no records; empty where all lines are.
  package private(set) var comment = ""

  /// RFC 4180: commas, double quotes, no comments.
  package init() {}

  /// Those options, and RFC 4180 for those that are nil. The escape can also be given as the quote and the character
  /// behind it, as in AMC's guide. Throws `InvalidCSVShape`.
  package init(
    fieldDelimiter: String? = nil, recordDelimiter: String? = nil, quoteCharacter: String? = nil,
    quoteEscapeCharacter: String? = nil, commentCharacter: String? = nil
  ) throws(InvalidCSVShape) {
    if let quoteCharacter { quote = quoteCharacter }
    escape = quote
    if let text = quoteEscapeCharacter, !text.isEmpty { escape = text == quote + quote ? quote : text }
    if let commentCharacter { comment = commentCharacter }
    if let fieldDelimiter { self.fieldDelimiter = fieldDelimiter }
    self.recordDelimiter = recordDelimiter
    if let problem = problem { throw problem }
  }

  /// No quotes and no separators of values, as for lines.
  static let unquoted: CSVShape = {
    var shape = CSVShape()
    (shape.fieldDelimiter, shape.quote, shape.escape) = ("", "", "")
    return shape
  }()

  /// The same with another separator of values; nil where that can be none.
  func separating(by delimiter: String) -> CSVShape? {
    var shape = self
    shape.fieldDelimiter = delimiter
    return shape.problem == nil ? shape : nil
  }

  /// The same with double quotes, or with what can be a quote where values are separated by those.
  func quoting() -> CSVShape {
    var shape = self
    for quote in ["\"", "'", "\u{1}"] {
      (shape.quote, shape.escape) = (quote, quote)
      if shape.problem == nil { break }
    }
    return shape
  }

  /// The line breaks that end records, among those that a file has. A carriage return and a line feed always count
  /// where one of the two does, and all count where the file does not have what was said.
  func separators(among breaks: Set<LineBreak>) -> Set<LineBreak> {
    let all = Set(LineBreak.allCases)
    guard let said = LineBreak.allCases.first(where: { $0.text == recordDelimiter }) else { return all }
    let separators: Set<LineBreak> = [said, .both]
    return separators.isDisjoint(with: breaks) ? all : separators
  }

  private var problem: InvalidCSVShape? {
    guard (1...Self.delimiterByteLimit).contains(fieldDelimiter.utf8.count),
      fieldDelimiter.utf8.allSatisfy({ !Self.isReserved($0) })
    else {
      return InvalidCSVShape(
        option: "fieldDelimiter", message: "It takes 1 to \(Self.delimiterByteLimit) bytes, none of them a line break.")
    }
    if let recordDelimiter, !Self.recordDelimiters.contains(recordDelimiter) {
      return InvalidCSVShape(
        option: "recordDelimiter",
        message: "It takes a line feed, a carriage return, or a carriage return and a line feed.")
    }
    let options = [("quoteCharacter", quote), ("quoteEscapeCharacter", escape), ("commentCharacter", comment)]
    for (option, text) in options where !text.isEmpty && !Self.isPlainCharacter(text) {
      return InvalidCSVShape(option: option, message: "It takes one ASCII character that is no line break.")
    }
    if !quote.isEmpty, fieldDelimiter.contains(quote) || comment == quote {
      return InvalidCSVShape(option: "quoteCharacter", message: "It must differ from delimiter and comment.")
    }
    if !comment.isEmpty, fieldDelimiter.contains(comment) {
      return InvalidCSVShape(option: "commentCharacter", message: "It must differ from the delimiter.")
    }
    return nil
  }

  private static func isPlainCharacter(_ text: String) -> Bool {
    guard text.utf8.count == 1, let byte = text.utf8.first else { return false }
    return byte < 0x80 && !isReserved(byte)
  }

  private static func isReserved(_ byte: UInt8) -> Bool {
    byte == 0 || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
}

/// Options of CSV that no file can be read with.
package struct InvalidCSVShape: Error, Hashable, Sendable {
  /// The option, as the upload API calls it.
  package let option: String
  /// The accepted values, in one sentence.
  package let message: String
}
