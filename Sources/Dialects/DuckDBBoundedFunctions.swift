import Catalog

extension Dialect {
  /// DuckDB for queries with noise: texts and arrays that grow beyond a bound are NULL.
  ///
  /// A text that doubles forty times where one person has a certain value would end the run for want of memory, which
  /// tells that somebody has the value.
  static let boundedDuckDB = duckDB.replacing(DuckDBBounds.functions)
}

/// Functions that make long texts or arrays of short ones.
enum DuckDBBounds {
  /// The most characters of a text, bytes of binary data, and elements of an array that such a function gives.
  static let lengthMax = 65_536

  static let functions: [String: FunctionTemplate] = [
    "CONCAT": .computed { arguments in
      let texts = arguments.map(\.text)
      return bounded("(\(texts.joined(separator: " || ")))", texts.map { "length(\($0))" }.joined(separator: " + "))
    },
    "REPLACE": .text(bounded("replace($1, $2, $3)", "(length($1) + 1) * greatest(length($3), 1)")),
    "REGEXP_REPLACE": .computed { arguments in
      let result: String? = DuckDBPatterns.replace(arguments)
      let length = "(length(\(arguments[0].text)) + 1) * greatest(length(\(arguments[2].text)), 1)"
      return result.map { bounded($0, length) }
    },
    "ARRAY_CAT": DuckDBCalls.arrays(bounded("list_concat($1, $2)", "len($1) + len($2)")),
    "ARRAY_UNION": DuckDBCalls.arrays(
      bounded(
        "list_filter(list_concat($1, $2), lambda e, i: list_position(list_concat($1, $2), e) = i)",
        "len($1) + len($2)")),
    "FLATTEN": .text(
      bounded("flatten($1)", "coalesce(list_sum(list_transform($1, lambda e: len(e))), 0)")),
    "ARRAY_TO_STRING": .text(
      bounded(
        "CASE WHEN $2 IS NOT NULL THEN array_to_string($1, $2) END",
        "coalesce(list_sum(list_transform($1, lambda e: length(e::VARCHAR) + length($2))), 0)")),
    "JSON_SERIALIZE": .text(bounded("to_json($1)::VARCHAR", "6 * length($1::VARCHAR)")),
    "FROM_VARBINARY": .computed { arguments in
      let result: String? = DuckDBCalls.bytes(
        arguments, hex: "lower(hex($1))", base64: "base64($1)", utf8: "decode($1)")
      return result.map { bounded($0, "2 * octet_length(\(arguments[0].text))") }
    },
  ]

  private static func bounded(_ result: String, _ length: String) -> String {
    "CASE WHEN \(length) <= \(lengthMax) THEN \(result) END"
  }
}
