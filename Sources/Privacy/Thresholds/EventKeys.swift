import AMCSQL
import Catalog

/// Which columns name an event: the identifiers of data sources other than the user's, wherever they have got to.
///
/// An event belongs to one user. So a window by event stays with a user, and rows that are joined by it are of one
/// user; the rewriter adds the user to both all the same, so that nothing depends on an identifier being what it says.
struct EventKeys {
  private enum Meaning: Hashable {
    /// The identifiers of a data source's column, or NULL.
    case event(String)
    /// Always NULL.
    case nothing
  }

  private var meanings: [ColumnID: Meaning] = [:]

  /// The name of the events that the expression names; nil if it names none. Expressions of one name name the same
  /// event where they are equal.
  func name(of expression: BoundExpression) -> String? {
    guard case .event(let name) = meaning(of: expression) else { return nil }
    return name
  }

  /// Identifiers of a data source are its columns of the class VERY_HIGH.
  mutating func note(_ scan: Relation.Scan) {
    for column in scan.columns where column.name != scan.source.userColumn {
      if scan.source.column(named: column.name)?.threshold == .veryHigh { meanings[column.id] = .event(column.name) }
    }
  }

  /// Notes a computed column. An identifier made for each row names an event as well.
  mutating func note(_ item: Relation.Project.Item) {
    if case .call(let function, _) = item.expression.kind, function.name == "UUID" {
      meanings[item.column.id] = .event("UUID \(item.column.id.number)")
    } else {
      meanings[item.column.id] = meaning(of: item.expression)
    }
  }

  /// Notes a column whose values are those of others: of a WITH query, or of the parts of a UNION.
  mutating func note(_ column: ColumnID, as others: [ColumnID]) {
    meanings[column] = Self.combined(others.map { meanings[$0] })
  }

  private func meaning(of expression: BoundExpression) -> Meaning? {
    switch expression.kind {
    case .column(let id): return meanings[id]
    case .literal(.null): return .nothing
    case .cast(let operand):
      return expression.type == .string || expression.type == operand.type ? meaning(of: operand) : nil
    case .conditional(let branches, let otherwise):
      return Self.combined(branches.map { meaning(of: $0.result) } + [otherwise.map(meaning) ?? .nothing])
    case .call(let function, let arguments):
      return function.name == "COALESCE" ? Self.combined(arguments.map(meaning)) : nil
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .array, .row, .element, .field, .trim:
      return nil
    }
  }

  /// The meaning of a value that is one of several. Where they name different kinds of events, it names all of them.
  private static func combined(_ meanings: [Meaning?]) -> Meaning? {
    var names: Set<String> = []
    for meaning in meanings {
      switch meaning {
      case .event(let name): names.insert(name)
      case .nothing: break
      case nil: return nil
      }
    }
    return names.isEmpty ? .nothing : .event(names.sorted().joined(separator: " or "))
  }
}
