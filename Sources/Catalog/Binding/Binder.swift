public import AMCSQL
import struct Foundation.Date

/// Resolves every name of a syntax tree, and gives every expression its type.
///
///     let bound = try Binder.bind(Parser.parse(text), in: context)
public struct Binder {
  let context: BindingContext
  var nextNumber = 0
  var nextSubquery = 0
  var ctes: [BoundQuery.CTE] = []
  var notes: [Diagnostic] = []
  /// Errors that were found beside the one that is thrown.
  var errors: [Diagnostic] = []
  /// Visible WITH names, innermost last. Each maps a name in lower case to its query.
  var commonScopes: [[String: VisibleCTE]] = []
  /// The scopes of enclosing queries, innermost last, with the columns of theirs that were used.
  var outerScopes: [OuterScope] = []
  /// The state of the present SELECT.
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

  /// - Throws: All diagnostics of a query that has no meaning.
  public static func bind(_ query: Query, in context: BindingContext) throws(QueryRefusal) -> BoundQuery {
    var binder = Binder(context)
    do {
      let sorted = try binder.finalQuery(query)
      let (relation, spans) = (sorted.relation, sorted.spans)
      let shownCount = relation.columns.count - (sorted.order?.hiddenColumns.count ?? 0)
      try binder.requireFew("columns", shownCount, of: "The result", at: query.span)
      try checkNames(of: relation, at: spans, without: sorted.order?.hiddenColumns ?? [])
      var bound = BoundQuery(
        ctes: binder.ctes, body: relation, order: sorted.order, outputSpans: spans, notes: binder.notes,
        span: query.span,
        nextColumnNumber: binder.nextNumber)
      ColumnPruning.prune(&bound)
      return bound
    } catch {
      throw QueryRefusal([error] + binder.errors.filter { $0 != error })
    }
  }

  private static func checkNames(
    of relation: Relation, at spans: [SourceSpan], without hiddenColumns: Set<ColumnID>
  ) throws(Diagnostic) {
    var seen: Set<String> = []
    for (column, span) in zip(relation.columns, spans)
    where !hiddenColumns.contains(column.id) && !seen.insert(column.name.lowercased()).inserted {
      throw Diagnostic(
        .duplicateName, "Two columns of the result are named `\(column.name)`.", at: span,
        hint: "Give one of them another name with AS.")
    }
  }

  /// Refuses more columns or aggregates than a query may have in one place.
  ///
  /// - Parameter owner: The place, as the beginning of a sentence.
  func requireFew(_ things: String, _ count: Int, of owner: String, at span: SourceSpan) throws(Diagnostic) {
    guard count > context.columnLimit else { return }
    throw Diagnostic(
      .queryTooComplex, "\(owner) has \(count) \(things); at most \(context.columnLimit) are possible.", at: span,
      hint: "Split the query.")
  }

  mutating func newColumn(_ name: String, _ type: SQLType) -> RelationColumn {
    defer { nextNumber += 1 }
    return RelationColumn(id: ColumnID(nextNumber), name: name, type: type)
  }

  /// `name` in the form of messages.
  func quoted(_ name: String) -> String { "`\(name)`" }
}
