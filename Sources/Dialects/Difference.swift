public import AMCSQL
import Catalog
public import Privacy

extension Emission {
  /// How many pairs of measures of two questions are compared. More than this, and the pairs beyond are left out: the
  /// numbers of rows, which any filter changes, always come first.
  static let differencePairsMax = 64

  /// A query that gives one row if somebody who knows the answers to both questions knows something of fewer users than
  /// a row needs: in a group that both show, some users' parts differ, but too few. It gives none otherwise.
  ///
  /// - Returns: nil where the questions have no rows in common.
  public static func duckDBDifference(_ one: DisclosureQuery, _ other: DisclosureQuery) throws(QueryRefusal)
    -> EmittedQuery?
  {
    guard one.keyTypes == other.keyTypes else { return nil }
    do throws(Diagnostic) {
      let sides = [try Side(one, name: "a"), try Side(other, name: "b")]
      let sql = Difference(one, other).sql(sides)
      return EmittedQuery(
        sql: sql, sources: sides.flatMap(\.sources), columns: [OutputColumn(name: "isolates", type: .bigint)])
    } catch {
      throw QueryRefusal([error])
    }
  }

  /// One question as two SELECTs.
  fileprivate struct Side {
    let name: String
    let perUser: String
    let shown: String
    let sources: [EmittedSource]

    init(_ disclosureQuery: DisclosureQuery, name: String) throws(Diagnostic) {
      var perUser = Emitter(dialect: .duckDB, sourcePrefix: "parts_\(name)_")
      var shown = Emitter(dialect: .duckDB, sourcePrefix: "shown_\(name)_")
      let parts = try perUser.emit(disclosureQuery.perUser)
      let groups = try shown.emit(disclosureQuery.shown)
      self.name = name
      self.perUser = parts.sql
      self.shown = groups.sql
      sources = parts.sources + groups.sources
    }
  }
}

/// Puts the comparison of two questions together.
private struct Difference {
  private let keyCount: Int
  private let one: DisclosureQuery
  private let other: DisclosureQuery

  init(_ one: DisclosureQuery, _ other: DisclosureQuery) {
    keyCount = one.keyTypes.count
    self.one = one
    self.other = other
  }

  private var keys: [String] { (0..<keyCount).map { "k\($0)" } }

  /// The indices of measures that are compared with each other.
  private var pairs: [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for (left, part) in one.parts.enumerated() {
      for (right, another) in other.parts.enumerated() where part == another { pairs.append((left, right)) }
    }
    return Array(pairs.prefix(Emission.differencePairsMax))
  }

  func sql(_ sides: [Emission.Side]) -> String {
    let keyList = keys.map { "\($0), " }.joined()
    let all = sides.map { side in
      let disclosureQuery = side.name == "a" ? one : other
      let own = disclosureQuery.parts.indices.map { "\(side.name)\($0)" }
      return """
        \(side.name)_parts(\(keyList)person, \(own.joined(separator: ", "))) AS (\(side.perUser)), \
        \(side.name)_shown(\(keyList)one) AS (\(side.shown))
        """
    }
    // A full join of both sides' rows by group and person, written as an aggregation: NULL keys are equal there.
    let columns = sides.map { side -> String in
      let items = sides.flatMap { target -> [String] in
        let parts = target.name == "a" ? one.parts : other.parts
        return parts.indices.map { index in
          let name = "\(target.name)\(index)"
          return target.name == side.name ? name : "NULL AS \(name)"
        }
      }
      return "SELECT \(keyList)person, \(items.joined(separator: ", ")) FROM \(side.name)_parts"
    }
    let values = sides.flatMap { side in
      (side.name == "a" ? one : other).parts.indices.map { "max(\(side.name)\($0)) AS \(side.name)\($0)" }
    }
    let groups = (keys + ["person"]).joined(separator: ", ")
    // Rows without a user may be one person's: they change something, but are nobody to hide among.
    let counts = pairs.enumerated().map { number, pair in
      "count(*) FILTER (WHERE \(changed(pair))) AS n\(number), "
        + "count(person) FILTER (WHERE \(changed(pair))) AS known\(number)"
    }
    let least = max(one.usersMin, other.usersMin)
    let tooFew = pairs.indices.map { "(n\($0) > 0 AND known\($0) < \(least))" }
    let isShown =
      keys.isEmpty
      ? "EXISTS (SELECT 1 FROM a_shown) AND EXISTS (SELECT 1 FROM b_shown)"
      : sides.map { side in
        "EXISTS (SELECT 1 FROM \(side.name)_shown s WHERE "
          + keys.map { "s.\($0) IS NOT DISTINCT FROM c.\($0)" }.joined(separator: " AND ") + ")"
      }.joined(separator: " AND ")
    let grouping = keys.isEmpty ? "" : " GROUP BY \(keys.joined(separator: ", "))"
    return """
      WITH \(all.joined(separator: ", ")), \
      people AS (SELECT \(groups), \(values.joined(separator: ", ")) FROM (\(columns.joined(separator: " UNION ALL "))) \
      GROUP BY \(groups)), \
      counts AS (SELECT \(keyList)\(counts.joined(separator: ", ")) FROM people\(grouping)) \
      SELECT 1::BIGINT AS "isolates" FROM counts c WHERE (\(tooFew.joined(separator: " OR "))) AND \(isShown) LIMIT 1
      """
  }

  /// Whether a person's parts differ; numbers by more than their rounding.
  private func changed(_ pair: (Int, Int)) -> String {
    let (left, right) = ("a\(pair.0)", "b\(pair.1)")
    guard one.parts[pair.0].type.isNumeric else { return "\(left) IS DISTINCT FROM \(right)" }
    let (x, y) = ("coalesce(\(left)::DOUBLE, 0)", "coalesce(\(right)::DOUBLE, 0)")
    return "abs(\(x) - \(y)) > \(DisclosureQuery.tolerance) * greatest(abs(\(x)), abs(\(y)))"
  }
}
