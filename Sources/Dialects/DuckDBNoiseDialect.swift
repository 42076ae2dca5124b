import Catalog

extension Dialect {
  /// DuckDB for queries with noise: texts and arrays that grow beyond a bound are NULL, and no aggregate hangs on the
  /// order of rows.
  ///
  /// A text that doubles forty times where one person has a certain value would end the run for want of memory, which
  /// tells that somebody has the value.
  static let noisyDuckDB = duckDB.replacing(
    duckDBNoiseFunctions.merging(DuckDBBounds.functions.merging(DuckDBOrderedAggregates.functions) { $1 }) { $1 },
    total: DuckDBNoise.totalFunctions)
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

/// Aggregates that give the same for the same rows in any order: floating numbers are added up from the smallest to the
/// largest, lists are sorted, and both forms of zero are one.
enum DuckDBOrderedAggregates {
  static let functions: [String: FunctionTemplate] = [
    "SUM": .aggregate { call in
      call.isFloating && !call.isWindow
        ? "TRY_CAST(sum(\(ordered(call)))\(call.tail) AS \(call.typeName))" : DuckDBAggregates.sum(call)
    },
    "AVG": .aggregate { call in
      call.isFloating && !call.isWindow ? "avg(\(ordered(call)))\(call.tail)" : DuckDBAggregates.average(call)
    },
    "MIN": .aggregate { "min(\($0.quantifier)\($0.plainValue))\($0.tail)" },
    "MAX": .aggregate { "max(\($0.quantifier)\($0.plainValue))\($0.tail)" },
    "COLLECT": .aggregate { call in
      call.isWindow ? "list(\(call.quantifier)\(call.plainValue))\(call.tail)" : "list(\(ordered(call)))\(call.tail)"
    },
    "STDDEV_POP": .aggregate { moment("stddev_pop", $0) },
    "STDDEV_SAMP": .aggregate { moment("stddev_samp", $0) },
    "VAR_POP": .aggregate { moment("var_pop", $0) },
    "VAR_SAMP": .aggregate { moment("var_samp", $0) },
    "SKEWNESS": .aggregate { moment("skewness", $0) },
    "PERCENTILE": .aggregate(percentile),
    "APPROX_PERCENTILE": .aggregate(percentile),
    "MEDIAN": .aggregate { "median(\(zeroed("CAST(\($0.arguments[0].text) AS DOUBLE)")))\($0.tail)" },
  ]

  private static func ordered(_ call: AggregateCallText) -> String {
    "\(call.quantifier)\(call.plainValue) ORDER BY \(call.plainValue)"
  }

  private static func percentile(_ call: AggregateCallText) -> String {
    "quantile_cont(\(zeroed("CAST(\(call.arguments[0].text) AS DOUBLE)")), \(call.arguments[1].text))\(call.tail)"
  }

  /// Powers up to the fourth of what is left stay finite.
  private static func moment(_ function: String, _ call: AggregateCallText) -> String {
    guard !call.isWindow else { return DuckDBAggregates.moment(function, call) }
    let number = "CAST(\(call.arguments[0].text) AS DOUBLE)"
    let value = "CASE WHEN abs(\(number)) < 1e70 THEN \(number) END"
    return "\(function)(\(call.quantifier)\(value) ORDER BY \(value))\(call.tail)"
  }

  fileprivate static func zeroed(_ value: String) -> String { "CASE WHEN \(value) = 0 THEN 0 ELSE \(value) END" }
}

extension AggregateCallText {
  fileprivate var isFloating: Bool { arguments[0].type == .float || arguments[0].type == .double }
  fileprivate var isWindow: Bool { tail.contains(" OVER (") }
  /// The value, with one form of zero.
  fileprivate var plainValue: String {
    isFloating ? DuckDBOrderedAggregates.zeroed(arguments[0].text) : arguments[0].text
  }
}
