import Catalog

extension Relation {
  /// The columns that the relation reads and that none of its parts has: those of a query around it.
  var freeColumns: Set<ColumnID> {
    var used: Set<ColumnID> = []
    var known: Set<ColumnID> = []
    RelationWalk.visit(self) { relation in
      known.formUnion(relation.columns.map(\.id))
      relation.forEachExpression { expression in
        if case .column(let id) = expression.kind { used.insert(id) }
      }
    }
    return used.subtracting(known)
  }
}
