public import AMCSQL
import struct Foundation.Date

/// Gives every name of a syntax tree its meaning and every expression its type.
///
///     let bound = try Binder.bind(Parser.parse(text), in: context)
public struct Binder {
  let context: BindingContext
  var nextNumber = 0
  var nextSubquery = 0
  var ctes: [BoundQuery.CTE] = []
  var notes: [Diagnostic] = []
  /// Errors found beside the one that is thrown.
  var errors: [Diagnostic] = []
  /// WITH names in sight, innermost last; each maps a name in lower case to its query.
  var commonScopes: [[String: VisibleCTE]] = []
  /// The scopes of enclosing queries, innermost last, and which of their columns were used.
  var outerScopes: [OuterScope] = []
  /// What the SELECT at hand has collected so far.
  var select = SelectState()

  struct VisibleCTE {
    var id: CTEID
    var columns: [RelationColumn]
  }

  struct OuterScope {
    var scope: Scope
    var used: Set<ColumnID> = []
  }

  private init(_ context: BindingContext) {
    self.context = context
  }

  /// - Throws: all that keeps the query from having a meaning.
  public static func bind(_ query: Query, in context: BindingContext) throws(QueryRefusal) -> BoundQuery {
    var binder = Binder(context)
    do {
      let (relation, spans) = try binder.query(query)
      try checkNames(of: relation, at: spans)
      var bound = BoundQuery(
        ctes: binder.ctes, body: relation, outputSpans: spans, notes: binder.notes, span: query.span,
        nextColumnNumber: binder.nextNumber)
      ColumnPruning.prune(&bound)
      return bound
    } catch {
      throw QueryRefusal([error] + binder.errors.filter { $0 != error })
    }
  }

  private static func checkNames(of relation: Relation, at spans: [SourceSpan]) throws(Diagnostic) {
    var seen: Set<String> = []
    for (column, span) in zip(relation.columns, spans) where !seen.insert(column.name.lowercased()).inserted {
      throw Diagnostic(
        .duplicateName, "Two columns of the result are named `\(column.name)`.", at: span,
        hint: "Give one of them another name with AS.")
    }
  }

  mutating func newColumn(_ name: String, _ type: SQLType) -> RelationColumn {
    defer { nextNumber += 1 }
    return RelationColumn(id: ColumnID(nextNumber), name: name, type: type)
  }

  /// `name` as messages show names.
  func quoted(_ name: String) -> String { "`\(name)`" }
}
