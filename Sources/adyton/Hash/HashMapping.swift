import ArgumentParser
import Catalog
import FirstPartyData
import Foundation
import Warehouse

/// The meanings of the columns of a customer file, as the command line says or as their names suggest.
struct HashMapping {
  /// A column and its meaning, as given with `--map`.
  struct Entry {
    let column: String
    let kind: IdentifierKind

    /// Reads `COLUMN=KIND`.
    init(_ argument: String) throws {
      guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex,
        let kind = IdentifierKind(rawValue: argument[equals...].dropFirst().uppercased())
      else {
        let kinds = IdentifierKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--map takes COLUMN=KIND, where KIND is one of \(kinds).")
      }
      column = String(argument[..<equals])
      self.kind = kind
    }
  }

  /// The names of the file's columns.
  let names: [String]
  /// The meanings of columns, by their indices.
  private(set) var uses: [Int: HashingPlan.Use] = [:]

  /// Takes what the command line says; guesses the identifiers where it names none.
  init(names: [String], entries: [Entry], countryColumn: String?, hasCountry: Bool) throws {
    self.names = names
    if let twice = Dictionary(grouping: names, by: { $0 }).first(where: { $1.count > 1 })?.key {
      throw CommandFailure.usage("The file has the column '\(twice)' more than once; give each a name of its own.")
    }
    if let countryColumn { uses[try index(of: countryColumn)] = .country }
    for entry in entries {
      let index = try index(of: entry.column)
      guard uses[index] == nil else {
        throw CommandFailure.usage("The column '\(names[index])' is given two meanings.")
      }
      uses[index] = .identifier(entry.kind)
    }
    if entries.isEmpty { try guess(takesCountry: countryColumn == nil && !hasCountry) }
  }

  /// The columns that were guessed by their names, by index.
  private(set) var guesses: [Int: IdentifierKind] = [:]

  /// Takes guesses back whose columns turn out to hold something else. Ends the command where none is left.
  mutating func drop(guessesWithoutValues columns: Set<Int>) throws {
    for index in columns.sorted() {
      guard let kind = guesses.removeValue(forKey: index) else { continue }
      uses[index] = nil
      CommandFailure.print("note: '\(names[index])' holds no \(kind.rawValue) and is not taken for it")
    }
    if !columns.isEmpty { try requireIdentifiers() }
  }

  private mutating func guess(takesCountry: Bool) throws {
    for (index, name) in names.enumerated() where uses[index] == nil {
      switch ColumnGuess(columnName: name, among: names) {
      case .identifier(let kind):
        uses[index] = .identifier(kind)
        guesses[index] = kind
      case .country where takesCountry && !uses.values.contains(.country): uses[index] = .country
      case .country, nil: break
      }
    }
    try requireIdentifiers()
  }

  private func requireIdentifiers() throws {
    guard identifiers.isEmpty else { return }
    throw CommandFailure.usage(
      "No column has a name that says what it holds. Say it with --map COLUMN=KIND. \(columnList)")
  }

  /// The index of a column, letter case aside. Ends the command with the file's columns where there is none.
  func index(of name: String) throws -> Int {
    if let index = names.firstIndex(of: name) { return index }
    let same = names.indices.filter { names[$0].lowercased() == name.lowercased() }
    if let index = same.first, same.count == 1 { return index }
    let nearest = Suggestion.nearest(to: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
    throw CommandFailure.usage("The file has no column '\(name)'.\(nearest) \(columnList)")
  }

  /// The identifiers, in the order of the file.
  var identifiers: [(name: String, kind: IdentifierKind)] {
    names.indices.compactMap { index in
      if case .identifier(let kind) = uses[index] { (names[index], kind) } else { nil }
    }
  }

  /// The index of the column with the country of each row.
  var countryIndex: Int? { uses.first { $0.value == .country }?.key }

  /// The names with quotes around them; of many, the first ones. Values are not shown that are taken for names where a
  /// file has no header.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(listedLimit).map { "'\(ColumnLabel.shown($0))'" }.joined(separator: ", ")
    return names.count > listedLimit ? "\(shown) and \(names.count - listedLimit) more" : shown
  }

  /// The number of columns that a message names.
  private static let listedLimit = 20

  private var columnList: String {
    let delimiters = [";", "\t", "|"]
    guard names.count > 1 || !delimiters.contains(where: { names.joined().contains($0) }) else {
      return "It has one column; say with --delimiter what separates the values."
    }
    return "Its columns are: \(Self.list(names))."
  }
}
