public import AMCSQL
import Catalog
public import DifferentialPrivacy
public import Privacy

/// Writes protected queries in the words of an engine.
public enum Emission {
  /// One SELECT in DuckDB's SQL.
  ///
  /// - Parameter seed: The seed of the noise. Without one a query with noise can be compared with others, but the
  ///   engine refuses to run it.
  /// - Throws: `unsupported` where a function has no counterpart in the engine.
  public static func duckDB(_ query: ProtectedRelation, seed: NoiseSeed? = nil) throws(QueryRefusal) -> EmittedQuery {
    try duckDB(query, sourcePrefix: "signals_", seed: seed)
  }

  /// The same with other names of its sources.
  static func duckDB(
    _ query: ProtectedRelation, sourcePrefix: String, seed: NoiseSeed? = nil
  ) throws(QueryRefusal) -> EmittedQuery {
    do throws(Diagnostic) {
      let dialect = query.noise == nil ? Dialect.duckDB : .noisyDuckDB
      var emitter = Emitter(dialect: dialect, sourcePrefix: sourcePrefix, seed: seed)
      return try emitter.emit(query)
    } catch {
      throw QueryRefusal([error])
    }
  }
}

/// Writes one query. Every column of every relation has a name of its own, `c` and its number, so that no name is ever
/// ambiguous and an inner query can name the columns of the query around it.
struct Emitter {
  let dialect: Dialect
  /// The seed of the noise as a text literal; an empty one where there is none.
  let seed: String
  private(set) var sources: [EmittedSource] = []
  private var nextTable = 0

  /// The prefix of the names of sources.
  private let sourcePrefix: String

  init(dialect: Dialect, sourcePrefix: String = "signals_", seed: NoiseSeed? = nil) {
    self.dialect = dialect
    self.seed = SQLLiteral.string(seed?.hexadecimal ?? "")
    self.sourcePrefix = sourcePrefix
  }

  /// The WITH clause of a query, with a space behind it; empty where it reads none.
  mutating func with(_ query: ProtectedRelation) throws(Diagnostic) -> String {
    let references = CommonUse(query)
    var with: [String] = []
    for common in query.ctes {
      guard let uses = references.counts[common.id] else { continue }
      // Twice in use means computed once: both uses must see the same rows.
      let materialized = uses > 1 ? dialect.materialized : ""
      with.append("\(Self.name(common.id)) AS \(materialized)(\(try select(common.relation)))")
    }
    return with.isEmpty ? "" : "WITH \(with.joined(separator: ", ")) "
  }

  mutating func emit(_ query: ProtectedRelation) throws(Diagnostic) -> EmittedQuery {
    let prefix = try with(query)
    let hidden = query.order?.hiddenColumns ?? []
    let columns = query.body.columns.filter { !hidden.contains($0.id) }
    let items = columns.map { "\(Self.name($0.id)) AS \(dialect.quotedName($0.name))" }
    let source = if let order = query.order { try sorted(query.body, order) } else { try table(query.body) }
    let body = "SELECT \(items.joined(separator: ", ")) FROM \(source)"
    return EmittedQuery(
      sql: prefix + body, sources: sources, columns: columns.map { OutputColumn(name: $0.name, type: $0.type) })
  }

  /// The relation in an order, as something that FROM can read. Keys are named with their table, since an alias of the
  /// query may look like the name of a column here.
  private mutating func sorted(_ relation: Relation, _ order: ResultOrder) throws(Diagnostic) -> String {
    let table = newTable()
    let keys = order.keys.map { key in
      Self.orderKey("\(table).\(Self.name(key.column))", isDescending: key.isDescending, nullsFirst: key.nullsFirst)
    }
    return "(\(try select(relation))) AS \(table) ORDER BY \(keys.joined(separator: ", "))"
  }

  /// A key of ORDER BY. NULLs are larger than any value, as in AMC, unless `nullsFirst` says where they are.
  static func orderKey(_ key: String, isDescending: Bool, nullsFirst: Bool?) -> String {
    "\(key) \(isDescending ? "DESC" : "ASC") NULLS \(nullsFirst ?? isDescending ? "FIRST" : "LAST")"
  }

  static func name(_ id: ColumnID) -> String { "c\(id.number)" }

  static func name(_ id: CTEID) -> String { "w\(id.number)" }

  mutating func newTable() -> String {
    defer { nextTable += 1 }
    return "t\(nextTable)"
  }

  mutating func addSource(_ scan: Relation.Scan) -> String {
    let name = "\(sourcePrefix)\(sources.count)"
    sources.append(
      EmittedSource(
        name: name, table: scan.source.baseName, days: scan.window.map(Self.days),
        storedRows: scan.source.storedRows, columns: Self.uniqueColumns(of: scan)))
    return name
  }

  /// The days that the window touches. Its end is not part of it.
  private static func days(_ window: TimeWindow) -> ClosedRange<Int> {
    let first = Int((window.start.timeIntervalSince1970 / 86_400).rounded(.down))
    let last = Int((window.end.timeIntervalSince1970 / 86_400).rounded(.up)) - 1
    return first...max(first, last)
  }

  private static func uniqueColumns(of scan: Relation.Scan) -> [OutputColumn] {
    var names: Set<String> = []
    var columns: [OutputColumn] = []
    for column in scan.columns where names.insert(column.name).inserted {
      columns.append(OutputColumn(name: column.name, type: column.type))
    }
    // The time window is kept by the event time, whether or not the query names it, and so are advertisers.
    let time = scan.window == nil ? nil : scan.source.eventTimeColumn
    for name in [time].compactMap(\.self) + (scan.rowFilter?.alternatives.map(\.column) ?? [])
    where names.insert(name).inserted {
      guard let own = scan.source.column(named: name) else { continue }
      columns.append(OutputColumn(name: own.name, type: own.type))
    }
    if columns.isEmpty, let any = scan.source.columns.first {
      columns.append(OutputColumn(name: any.name, type: any.type))
    }
    return columns
  }
}

/// How often each WITH query is read, by what is read itself.
private struct CommonUse {
  private(set) var counts: [CTEID: Int] = [:]

  init(_ query: ProtectedRelation) {
    guard !query.ctes.isEmpty else { return }
    count(query.body)
    for common in query.ctes.reversed() where counts[common.id] != nil { count(common.relation) }
  }

  private mutating func count(_ relation: Relation) {
    var found: [CTEID] = []
    RelationWalk.visit(relation) { node in
      if case .cte(let reference) = node { found.append(reference.id) }
    }
    for id in found { counts[id, default: 0] += 1 }
  }
}
