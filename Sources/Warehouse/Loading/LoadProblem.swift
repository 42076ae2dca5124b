/// Why a file cannot be loaded. Names of files and columns are part of it, values never.
public struct LoadProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of a problem.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// There is no such file, or it may not be read.
    case unreadableFile = "unreadable_file"
    /// The name does not tell the format.
    case unknownFormat = "unknown_format"
    /// The file is not of its format, or a record of it is not.
    case malformedFile = "malformed_file"
    /// The table has no such column.
    case unknownColumn = "unknown_column"
    /// The file has a column twice.
    case duplicateColumn = "duplicate_column"
    /// The file lacks a column that every row needs.
    case missingColumn = "missing_column"
    /// A value does not fit the column's type.
    case invalidValue = "invalid_value"
    /// A row lacks a value that every row needs.
    case missingValue = "missing_value"
    /// An identifier that must be hashed is not.
    case unhashedIdentifier = "unhashed_identifier"
    /// A value that is not for identifiers holds one that can be read: an e-mail address.
    case rawIdentifier = "raw_identifier"
    /// The data set has no event time, which the update strategy goes by.
    case strategyNeedsFact = "strategy_needs_fact"
    /// The file is not compressed in the way that was said.
    case wrongCompression = "wrong_compression"
    /// The compressed file is damaged, incomplete, or protected by a password.
    case damagedArchive = "damaged_archive"
    /// A line, or a record that spans several, is longer than may be.
    case lineTooLong = "line_too_long"
    /// The disk has no room for the files.
    case noRoom = "no_room"
    /// The files are larger, once unpacked, than an upload may be.
    case tooLarge = "upload_too_large"
  }

  /// The kind of problem.
  public var code: Code
  /// The file, as the user calls it.
  public var file: String
  /// The line, or the row where the format has no lines, from 1.
  public var position: Int?
  /// The column, as the file spells it where that can be no value, or as the table does where the file lacks it.
  public var column: String?
  /// The problem, in one sentence.
  public var text: String

  init(_ code: Code, _ text: String, file: String, position: Int? = nil, column: String? = nil) {
    self.code = code
    self.file = file
    self.position = position
    self.column = column
    self.text = text
  }

  /// Whether the file's text is not of the encoding that was said, or is none.
  public internal(set) var isOfEncoding = false

  /// `file:line: column 'x': code: text`, less what is not known.
  public var description: String {
    let location = position.map { "\(file):\($0)" } ?? file
    let column = column.map { "column '\($0)': " } ?? ""
    return "\(location): \(column)\(code.rawValue): \(text)"
  }
}

/// A load that was refused: nothing of it was published.
public struct LoadRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The most problems that one refusal lists.
  public static let problemLimit = 20

  /// At least one; in the order of files, and of positions within a file.
  public var problems: [LoadProblem]

  init(_ problems: [LoadProblem]) {
    self.problems = Array(problems.prefix(Self.problemLimit))
  }

  /// One problem a line.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
