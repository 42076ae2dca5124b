import Catalog

/// Which WITH queries give rows that reach the result without another aggregation over them.
struct FinalReach {
  private(set) var commons: Set<CommonID> = []
  private let relations: [CommonID: Relation]

  init(_ query: BoundQuery) {
    relations = Dictionary(uniqueKeysWithValues: query.commons.map { ($0.id, $0.relation) })
    follow(query.body)
  }

  private mutating func follow(_ relation: Relation) {
    switch relation {
    case .read, .values, .aggregate: break
    case .project, .filter, .join, .window, .union, .explode: for input in relation.inputs { follow(input) }
    case .common(let reference):
      guard commons.insert(reference.id).inserted, let inner = relations[reference.id] else { return }
      follow(inner)
    }
  }
}
