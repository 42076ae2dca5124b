import Catalog

/// Which WITH queries give rows that reach the result without another aggregation over them.
struct OutputReachability {
  private(set) var ctes: Set<CTEID> = []
  private let relations: [CTEID: Relation]

  init(_ query: BoundQuery) {
    relations = Dictionary(uniqueKeysWithValues: query.ctes.map { ($0.id, $0.relation) })
    follow(query.body)
  }

  private mutating func follow(_ relation: Relation) {
    switch relation {
    case .scan, .values, .aggregate: break
    case .project, .filter, .join, .window, .union, .explode: for input in relation.inputs { follow(input) }
    case .cte(let reference):
      guard ctes.insert(reference.id).inserted, let inner = relations[reference.id] else { return }
      follow(inner)
    }
  }
}
