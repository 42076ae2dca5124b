/// Finds the name that was probably meant.
package enum Suggestion {
  /// "Did you mean `x`?", or nil if no name is similar.
  static func hint(for name: String, among candidates: [String]) -> String? {
    nearest(to: name, among: candidates).map { "Did you mean `\($0)`?" }
  }

  /// The AMC SQL equivalents of functions of other dialects.
  private static let equivalents: [String: String] = [
    "ARRAY_AGG": "COLLECT(…)", "ARRAY_LENGTH": "CARDINALITY(…)", "CHAR_LENGTH": "LENGTH(…)",
    "COLLECT_LIST": "COLLECT(…)", "COLLECT_SET": "COLLECT(DISTINCT …)",
    "CONCAT_WS": "ARRAY_TO_STRING(ARRAY[…], separator)",
    "CONVERT_TIMEZONE": "CONVERT_TIME_ZONE_FROM_UTC(time, 'zone')", "COUNT_IF": "COUNT(*) FILTER (WHERE …)",
    "DATEADD": addedTime, "DATE_ADD": addedTime, "DATE_SUB": addedTime, "TIMESTAMPADD": addedTime,
    "DATEDIFF": "SECONDS_BETWEEN(first, second) / 86400", "DATE_DIFF": "SECONDS_BETWEEN(first, second) / 86400",
    "DATE_FORMAT": "FORMAT(time, 'yyyy-MM-dd')", "DATE_PART": "EXTRACT(unit FROM time)", "DAY": "DAYOFMONTH(…)",
    "FROM_UNIXTIME": "EPOCH_TO_UTC_TIMESTAMP(…)", "IIF": "IF(condition, then, else)", "ISNULL": "COALESCE(…)",
    "LEN": "LENGTH(…)", "LISTAGG": "ARRAY_TO_STRING(COLLECT(…), separator)", "NOW": "CAST('now' AS TIMESTAMP)",
    "PERCENTILE_CONT": "PERCENTILE(value, fraction)", "POW": "POWER(…)",
    "REGEXP_EXTRACT": "REGEXP_SUBSTR(text, pattern)",
    "REGEXP_LIKE": "text SIMILAR TO pattern", "ROW": "NAMED_ROW('label', value)", "SIZE": "CARDINALITY(…)",
    "SPLIT": "REGEXP_SPLIT(text, pattern)", "STRING_AGG": "ARRAY_TO_STRING(COLLECT(…), separator)",
    "STRUCT": "NAMED_ROW('label', value)", "TIMESTAMPDIFF": "SECONDS_BETWEEN(first, second)",
    "TODAY": "CAST('today' AS DATE)",
    "TO_CHAR": "FORMAT(value, pattern)", "TO_DATE": "CAST(text AS DATE)", "TO_TIMESTAMP": "CAST(text AS TIMESTAMP)",
    "UNNEST": "EXPLODE(…) in the SELECT list",
  ]

  private static let addedTime =
    "EPOCH_TO_UTC_TIMESTAMP(SECONDS_BETWEEN(TIMESTAMP '1970-01-01 00:00:00', time) + 86400 * days)"

  /// A function to use instead of an unknown one.
  static func hint(forFunction name: String, among candidates: [String]) -> String? {
    equivalents[name.uppercased()].map { "Use \($0)." } ?? hint(for: name, among: candidates)
  }

  /// The candidate with the smallest edit distance, at most a third of the name's length.
  package static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    // Any letter is similar to any other.
    guard wanted.count > 1 else { return nil }
    let limit = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - wanted.count) <= limit else { continue }
      let distance = editDistance(wanted, other)
      if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The number of letters to change, insert, remove or swap with the next one.
  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (byte == other ? 0 : 1)
        var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current.append(least)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
