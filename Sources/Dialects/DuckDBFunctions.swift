import Catalog

extension Dialect {
  /// The characters that LTRIM and RTRIM remove, as an expression.
  private static let spaces = "concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13))"

  /// AMC's functions in DuckDB's SQL. Where DuckDB's own function differs from AMC's, the difference is written out.
  static let duckDBFunctions: [String: FunctionTemplate] = [
    // Strings
    "CHARINDEX": .byCount([
      2: "strpos($2, $1)",
      3:
        "CASE WHEN $3 IS NULL THEN NULL WHEN strpos(substring($2, greatest($3, 1)), $1) = 0 THEN 0 ELSE strpos(substring($2, greatest($3, 1)), $1) + greatest($3, 1) - 1 END",
    ]),
    "CONCAT": .computed { "(" + $0.map(\.text).joined(separator: " || ") + ")" },
    "FORMAT": .computed { DuckDBFormat.written($0) },
    "INSTR": .text("strpos($1, $2)"),
    "LEFT": .text("left($1, CASE WHEN $2 < 0 THEN 0 ELSE $2 END)"),
    "LENGTH": .text("length($1)"),
    "LOWER": .text("lower($1)"),
    "LTRIM": .text("ltrim($1, \(spaces))"),
    "POSITION": .text("strpos($2, $1)"),
    "REGEXP_REPLACE": .computed { DuckDBPatterns.replace($0) },
    "REGEXP_SUBSTR": .computed { DuckDBPatterns.first($0) },
    "REGEXP_SPLIT": .computed { DuckDBPatterns.split($0) },
    "REPLACE": .text("replace($1, $2, $3)"),
    "RIGHT": .text("right($1, CASE WHEN $2 < 0 THEN 0 ELSE $2 END)"),
    "RTRIM": .text("rtrim($1, \(spaces))"),
    "STRPOS": .text("strpos($1, $2)"),
    "STR_TO_MAP": .text(
      "map_from_entries(list_transform(string_split($1, $2), lambda e: struct_pack(k := split_part(e, $3, 1), v := CASE WHEN contains(e, $3) THEN substring(e, strpos(e, $3) + length($3)) END)))"
    ),
    "SUBSTRING": .byCount([2: "substring($1, $2)", 3: "substring($1, $2, CASE WHEN $3 < 0 THEN 0 ELSE $3 END)"]),
    "UPPER": .text("upper($1)"),
    // Numbers; outside of a function's domain the result is NULL
    "ABS": .text("abs($1)"),
    "CEIL": .typed("ceil($1)"),
    "E": .text("exp(1.0::DOUBLE)"),
    "EXP": .text("exp($1::DOUBLE)"),
    "FLOOR": .typed("floor($1)"),
    "LN": .text("CASE WHEN $1 > 0 THEN ln($1::DOUBLE) END"),
    "LOG": .text(
      "CASE WHEN NOT ($1 > 0 AND $1 <> 1 AND $2 > 0) THEN NULL WHEN $1 = 10 THEN log10($2::DOUBLE) WHEN $1 = 2 THEN log2($2::DOUBLE) ELSE ln($2::DOUBLE) / ln($1::DOUBLE) END"
    ),
    "LOG10": .text("CASE WHEN $1 > 0 THEN log10($1::DOUBLE) END"),
    "MOD": .text("($1 % $2)"),
    "POWER": .text("pow($1::DOUBLE, $2::DOUBLE)"),
    "RANDOM": .text("random()"),
    "ROUND": .computed { DuckDBCalls.round($0) },
    "SQRT": .text("CASE WHEN $1 >= 0 THEN sqrt($1::DOUBLE) END"),
    "TRUNC": .computed { DuckDBCalls.truncate($0) },
    // Aggregates
    "AVG": .aggregate(DuckDBAggregates.average),
    "COUNT": .text("count($1)"),
    "MIN": .text("min($1)"),
    "MAX": .text("max($1)"),
    "SUM": .aggregate(DuckDBAggregates.sum),
    "COLLECT": .text("list($1)"),
    "STDDEV_POP": .aggregate { DuckDBAggregates.moment("stddev_pop", $0) },
    "STDDEV_SAMP": .aggregate { DuckDBAggregates.moment("stddev_samp", $0) },
    "VAR_POP": .aggregate { DuckDBAggregates.moment("var_pop", $0) },
    "VAR_SAMP": .aggregate { DuckDBAggregates.moment("var_samp", $0) },
    "SKEWNESS": .aggregate { DuckDBAggregates.moment("skewness", $0) },
    "PERCENTILE": .text("quantile_cont($1::DOUBLE, $2)"),
    "APPROX_PERCENTILE": .text("quantile_cont($1::DOUBLE, $2)"),
    "MEDIAN": .text("median($1::DOUBLE)"),
    "RANK": .text("rank()"),
    "DENSE_RANK": .text("dense_rank()"),
    "ROW_NUMBER": .text("row_number()"),
    "NTILE": .text("ntile($1)"),
    "PERCENT_RANK": .text("percent_rank()"),
    "CUME_DIST": .text("cume_dist()"),
    // Times, all UTC
    "CONVERT_TIME_ZONE_FROM_UTC": .typed("timezone($2, timezone('UTC', $1::TIMESTAMP))"),
    "DATE_TRUNC": .typed("date_trunc($1, $2)"),
    "DAYOFMONTH": .text("day($1)"),
    "DAYOFWEEK": .text("(dayofweek($1) + 1)"),
    "EPOCH_TO_UTC_TIMESTAMP": .text(
      "CASE WHEN abs($1) >= 100000000000 THEN make_timestamp(CAST($1::DOUBLE * 1000 AS BIGINT)) ELSE make_timestamp(CAST($1::DOUBLE * 1000000 AS BIGINT)) END"
    ),
    "EXTRACT": .computed(DuckDBCalls.extract),
    "HOUR": .text("hour($1::TIMESTAMP)"),
    "MINUTE": .text("minute($1::TIMESTAMP)"),
    "MONTH": .text("month($1)"),
    "SECOND": .text("second($1::TIMESTAMP)"),
    "WEEK": .text("week($1)"),
    "YEAR": .text("year($1)"),
    "SECONDS_BETWEEN": .text("((epoch_us($2::TIMESTAMP) - epoch_us($1::TIMESTAMP)) // 1000000)"),
    // Conditions
    "COALESCE": .text("coalesce($*)"),
    "NULLIF": .text("nullif($1, $2)"),
    "NVL2": .text("CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END"),
    "GREATEST": .computed { DuckDBCalls.nullWhenAnyIsNull("greatest", $0) },
    "LEAST": .computed { DuckDBCalls.nullWhenAnyIsNull("least", $0) },
    // Arrays
    "ARRAY_CAT": DuckDBCalls.arrays("list_concat($1, $2)"),
    "ARRAY_CONTAINS": .text("list_contains($1, $2)"),
    "ARRAY_COMPLEMENT": DuckDBCalls.arrays("list_filter($1, lambda e: list_position($2, e) IS NULL)"),
    "ARRAY_DISTINCT": .text("list_filter($1, lambda e, i: list_position($1, e) = i)"),
    "ARRAY_INTERSECT": DuckDBCalls.arrays(
      "list_filter($1, lambda e, i: list_position($2, e) IS NOT NULL AND list_position($1, e) = i)"),
    "ARRAY_REMOVE": .text("list_filter($1, lambda e: e IS DISTINCT FROM $2)"),
    "ARRAY_SORT": .text("list_sort($1)"),
    "ARRAY_TO_STRING": .text("CASE WHEN $2 IS NOT NULL THEN array_to_string($1, $2) END"),
    "ARRAY_UNION": DuckDBCalls.arrays(
      "list_filter(list_concat($1, $2), lambda e, i: list_position(list_concat($1, $2), e) = i)"),
    "CARDINALITY": .computed { arguments in
      if case .map = arguments[0].type { return "cardinality(\(arguments[0].text))::BIGINT" }
      return "len(\(arguments[0].text))"
    },
    "FLATTEN": .text("flatten($1)"),
    // Hashes, bytes, JSON
    "HASH64": .text("(md5_number_lower($1::VARCHAR) % 9223372036854775807)::BIGINT"),
    "MD5": .text("md5($1)"),
    "SHA1": .text("sha1($1)"),
    "FROM_VARBINARY": .computed { arguments in
      DuckDBCalls.bytes(arguments, hex: "lower(hex($1))", base64: "base64($1)", utf8: "decode($1)")
    },
    "TO_VARBINARY": .computed { arguments in
      DuckDBCalls.bytes(arguments, hex: "unhex($1)", base64: "from_base64($1)", utf8: "encode($1)")
    },
    "JSON_EXTRACT": .computed { DuckDBCalls.jsonExtract($0) },
    "JSON_SERIALIZE": .text("to_json($1)::VARCHAR"),
    "UUID": .text("uuid()::VARCHAR"),
  ]
}
