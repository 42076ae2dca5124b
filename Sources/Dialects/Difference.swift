public import AMCSQL
import Catalog
public import Privacy

extension Emission {
  /// How many pairs of measures of two questions are compared. Queries with more are refused: what is not compared
  /// could tell about somebody.
  public static let differencePairsMax = 4_096

  /// A query that gives the groups in which somebody who knows the answers to both questions knows something of fewer
  /// users than a row needs: in a group that both show, some users' parts differ, but too few, or one user's part is
  /// most of the difference. Its columns are those of a table of `HiddenGroups`.
  ///
  /// - Returns: nil where the questions have no rows in common.
  /// - Throws: `query_too_complex` where there are more pairs of measures than can be compared.
  public static func duckDBDifference(_ one: DisclosureQuery, _ other: DisclosureQuery) throws(QueryRefusal)
    -> EmittedQuery?
  {
    guard one.keyTypes == other.keyTypes else { return nil }
    do throws(Diagnostic) {
      let difference = Difference(one, other)
      guard difference.pairs.count <= differencePairsMax else {
        throw Diagnostic(
          .queryTooComplex,
          "The measures of this query make more than \(differencePairsMax) pairs with those of an earlier one.",
          at: SourceSpan(.start, .start), hint: "Ask for fewer measures at once.")
      }
      let sides = [try Side(one, name: "a"), try Side(other, name: "b")]
      let columns = one.keyTypes.enumerated().map {
        OutputColumn(name: HiddenGroups.column($0.offset), type: $0.element)
      }
      let alone = [OutputColumn(name: HiddenGroups.columnWithoutKeys, type: .bigint)]
      return EmittedQuery(
        sql: difference.sql(sides), sources: sides.flatMap(\.sources), columns: columns.isEmpty ? alone : columns)
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

  private var keys: [String] { (0..<keyCount).map(HiddenGroups.column) }

  /// The indices of measures that are compared with each other: numbers of any type, and other values of the same.
  var pairs: [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for (left, part) in one.parts.enumerated() {
      for (right, another) in other.parts.enumerated() where Self.isComparable(part, another) {
        pairs.append((left, right))
      }
    }
    return pairs
  }

  private static func isComparable(_ one: DisclosureQuery.Part, _ other: DisclosureQuery.Part) -> Bool {
    guard one.name == other.name else { return false }
    return one.type == other.type || (one.type.isNumeric && other.type.isNumeric)
  }

  /// Whether users' parts of the pair add up.
  private func isAdditive(_ pair: (Int, Int)) -> Bool {
    let part = one.parts[pair.0]
    return part.type.isNumeric && ["rows", "COUNT", "SUM"].contains(part.name)
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
    let pairs = pairs
    let counts = pairs.enumerated().map { number, pair in
      let known = "FILTER (WHERE \(changed(pair)) AND person IS NOT NULL)"
      let sizes = ["sum", "max"].map { "\($0)(\(distance(pair))) \(known) AS \($0)\(number)" }
      let size = isAdditive(pair) ? ", \(sizes.joined(separator: ", "))" : ""
      return "count(*) FILTER (WHERE \(changed(pair))) AS n\(number), count(*) \(known) AS known\(number)" + size
    }
    let least = max(one.usersMin, other.usersMin)
    let equivalent = max(one.equivalentMin, other.equivalentMin)
    let tooFew = pairs.enumerated().map { number, pair in
      let few = "known\(number) < \(least)"
      // Sums of doubles differ in their last digits.
      let isDominated = "sum\(number) * (1 + \(DisclosureQuery.tolerance)) < \(equivalent) * max\(number)"
      return "(n\(number) > 0 AND (\(isAdditive(pair) ? "\(few) OR \(isDominated)" : few)))"
    }
    let isShown =
      keys.isEmpty
      ? "EXISTS (SELECT 1 FROM a_shown) AND EXISTS (SELECT 1 FROM b_shown)"
      : sides.map { side in
        "EXISTS (SELECT 1 FROM \(side.name)_shown s WHERE "
          + keys.map { "s.\($0) IS NOT DISTINCT FROM c.\($0)" }.joined(separator: " AND ") + ")"
      }.joined(separator: " AND ")
    let grouping = keys.isEmpty ? "" : " GROUP BY \(keys.joined(separator: ", "))"
    let found = keys.isEmpty ? "1::BIGINT AS \"\(HiddenGroups.columnWithoutKeys)\"" : keys.joined(separator: ", ")
    return """
      WITH \(all.joined(separator: ", ")), \
      people AS (SELECT \(groups), \(values.joined(separator: ", ")) FROM (\(columns.joined(separator: " UNION ALL "))) \
      GROUP BY \(groups)), \
      counts AS (SELECT \(keyList)\(counts.joined(separator: ", ")) FROM people\(grouping)) \
      SELECT \(found) FROM counts c WHERE (\(tooFew.joined(separator: " OR "))) AND \(isShown)
      """
  }

  /// Whether a person's parts differ; numbers by more than their rounding.
  private func changed(_ pair: (Int, Int)) -> String {
    let (left, right) = ("a\(pair.0)", "b\(pair.1)")
    guard one.parts[pair.0].type.isNumeric else { return "\(left) IS DISTINCT FROM \(right)" }
    let (x, y) = (number(left), number(right))
    return "abs(\(x) - \(y)) > \(DisclosureQuery.tolerance) * greatest(abs(\(x)), abs(\(y)))"
  }

  /// How far a person's parts are apart.
  private func distance(_ pair: (Int, Int)) -> String { "abs(\(number("a\(pair.0)")) - \(number("b\(pair.1)")))" }

  private func number(_ column: String) -> String { "coalesce(\(column)::DOUBLE, 0)" }
}
