import Catalog

extension Dialect {
  /// DuckDB 1.5.
  static let duckDB = Dialect(
    typeName: { DuckDBTypeNames.name(of: $0) },
    quotedName: { "\"" + $0.replacing("\"", with: "\"\"") + "\"" },
    cast: { "TRY_CAST(\($0) AS \($1))" },
    truncate: { "trunc(\($0))" },
    matchesWhole: { "regexp_full_match(\($0), \($1))" },
    element: { "list_extract(\($0), \($1))" },
    mapValue: { "element_at(\($0), \($1))[1]" },
    field: { "struct_extract(\($0), \(SQLLiteral.string($1)))" },
    row: { names, values in
      let parts = zip(names, values).map { "\"\($0.replacing("\"", with: "\"\""))\" := \($1)" }
      return "struct_pack(\(parts.joined(separator: ", ")))"
    },
    array: { "[\($0.joined(separator: ", "))]" },
    explode: { "unnest(\($0))" },
    materialized: "MATERIALIZED ",
    functions: duckDBFunctions)

  /// Where DuckDB's function differs from AMC's, the difference is written out here.
  private static let duckDBFunctions: [String: FunctionTemplate] = [
    // Strings
    "CHARINDEX": .byCount([
      2: "strpos($2, $1)",
      3: "CASE WHEN strpos(substring($2, $3), $1) = 0 THEN 0 ELSE strpos(substring($2, $3), $1) + $3 - 1 END",
    ]),
    "CONCAT": .computed { "(" + $0.map(\.text).joined(separator: " || ") + ")" },
    "INSTR": .text("strpos($1, $2)"),
    "LEFT": .text("left($1, greatest($2, 0))"),
    "LENGTH": .text("length($1)"),
    "LOWER": .text("lower($1)"),
    "LTRIM": .text("ltrim($1, ' ')"),
    "POSITION": .text("strpos($2, $1)"),
    "REGEXP_REPLACE": .computed(regexpReplace),
    "REGEXP_SUBSTR": .text("CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2) END"),
    "REGEXP_SPLIT": .text("regexp_split_to_array($1, $2)"),
    "REPLACE": .text("replace($1, $2, $3)"),
    "RIGHT": .text("right($1, greatest($2, 0))"),
    "RTRIM": .text("rtrim($1, ' ')"),
    "STRPOS": .text("strpos($1, $2)"),
    "STR_TO_MAP": .text(
      "map_from_entries(list_transform(string_split($1, $2), lambda e: struct_pack(k := split_part(e, $3, 1), v := split_part(e, $3, 2))))"
    ),
    "SUBSTRING": .byCount([2: "substring($1, $2)", 3: "substring($1, $2, $3)"]),
    "UPPER": .text("upper($1)"),
    // Numbers; outside of a function's domain the result is NULL
    "ABS": .text("abs($1)"),
    "CEIL": .typed("ceil($1)"),
    "E": .text("exp(1.0::DOUBLE)"),
    "EXP": .text("exp($1::DOUBLE)"),
    "FLOOR": .typed("floor($1)"),
    "LN": .text("CASE WHEN $1 > 0 THEN ln($1::DOUBLE) END"),
    "LOG": .text("CASE WHEN $1 > 0 AND $1 <> 1 AND $2 > 0 THEN ln($2::DOUBLE) / ln($1::DOUBLE) END"),
    "LOG10": .text("CASE WHEN $1 > 0 THEN log10($1::DOUBLE) END"),
    "MOD": .text("($1 % $2)"),
    "POWER": .text("pow($1::DOUBLE, $2::DOUBLE)"),
    "RANDOM": .text("random()"),
    "ROUND": .computed { rounding("round", $0) },
    "SQRT": .text("CASE WHEN $1 >= 0 THEN sqrt($1::DOUBLE) END"),
    "TRUNC": .computed { rounding("trunc", $0) },
    // Aggregates
    "AVG": .text("avg($1)"),
    "COUNT": .text("count($1)"),
    "MIN": .text("min($1)"),
    "MAX": .text("max($1)"),
    "SUM": .typed("sum($1)"),
    "COLLECT": .text("list($1)"),
    "STDDEV_POP": .text("stddev_pop($1)"),
    "STDDEV_SAMP": .text("stddev_samp($1)"),
    "VAR_POP": .text("var_pop($1)"),
    "VAR_SAMP": .text("var_samp($1)"),
    "SKEWNESS": .text("skewness($1)"),
    "PERCENTILE": .text("quantile_cont($1::DOUBLE, $2)"),
    "APPROX_PERCENTILE": .text("quantile_cont($1::DOUBLE, $2)"),
    "MEDIAN": .text("median($1::DOUBLE)"),
    "RANK": .text("rank()"),
    "DENSE_RANK": .text("dense_rank()"),
    "ROW_NUMBER": .text("row_number()"),
    // Times, all UTC
    "CONVERT_TIME_ZONE_FROM_UTC": .typed("timezone($2, timezone('UTC', $1::TIMESTAMP))"),
    "DATE_TRUNC": .typed("date_trunc($1, $2)"),
    "DAYOFMONTH": .text("day($1)"),
    "DAYOFWEEK": .text("(dayofweek($1) + 1)"),
    "EPOCH_TO_UTC_TIMESTAMP": .text(
      "CASE WHEN abs($1) >= 100000000000 THEN make_timestamp(($1 * 1000)::BIGINT) ELSE make_timestamp(($1 * 1000000)::BIGINT) END"
    ),
    "EXTRACT": .computed(extract),
    "HOUR": .text("hour($1::TIMESTAMP)"),
    "MINUTE": .text("minute($1::TIMESTAMP)"),
    "MONTH": .text("month($1)"),
    "SECOND": .text("second($1::TIMESTAMP)"),
    "WEEK": .text("week($1)"),
    "YEAR": .text("year($1)"),
    "SECONDS_BETWEEN": .text("trunc(epoch($2::TIMESTAMP) - epoch($1::TIMESTAMP))::BIGINT"),
    // Conditions
    "COALESCE": .text("coalesce($*)"),
    "NULLIF": .text("nullif($1, $2)"),
    "NVL2": .text("CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END"),
    "GREATEST": .computed { nullWhenAnyIsNull("greatest", $0) },
    "LEAST": .computed { nullWhenAnyIsNull("least", $0) },
    // Arrays
    "ARRAY_CAT": .text("list_concat($1, $2)"),
    "ARRAY_CONTAINS": .text("list_contains($1, $2)"),
    "ARRAY_COMPLEMENT": .text("list_filter($1, lambda e: NOT list_contains($2, e))"),
    "ARRAY_DISTINCT": .text("list_filter($1, lambda e, i: list_position($1, e) = i)"),
    "ARRAY_INTERSECT": .text("list_filter($1, lambda e, i: list_contains($2, e) AND list_position($1, e) = i)"),
    "ARRAY_REMOVE": .text("list_filter($1, lambda e: e IS DISTINCT FROM $2)"),
    "ARRAY_SORT": .text("list_sort($1)"),
    "ARRAY_TO_STRING": .text("array_to_string($1, $2)"),
    "ARRAY_UNION": .text(
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
      bytes(arguments, hex: "lower(hex($1))", base64: "base64($1)", utf8: "decode($1)")
    },
    "TO_VARBINARY": .computed { arguments in
      bytes(arguments, hex: "unhex($1)", base64: "from_base64($1)", utf8: "encode($1)")
    },
    "JSON_EXTRACT": .text("CASE WHEN json_valid($1) THEN json_extract_string($1, $2) END"),
    "JSON_SERIALIZE": .text("to_json($1)::VARCHAR"),
    "UUID": .text("uuid()::VARCHAR"),
  ]

  private static func rounding(_ function: String, _ arguments: [FunctionArgument]) -> String? {
    let value = arguments[0]
    let type = DuckDBTypeNames.name(of: value.type)
    guard arguments.count == 2 else { return "CAST(\(function)(\(value.text)) AS \(type))" }
    if function == "round" { return "CAST(round(\(value.text), (\(arguments[1].text))::INTEGER) AS \(type))" }
    let shift = "pow(10, \(arguments[1].text))"
    return "CAST(trunc(\(value.text)::DOUBLE * \(shift)) / \(shift) AS \(type))"
  }

  private static func nullWhenAnyIsNull(_ function: String, _ arguments: [FunctionArgument]) -> String? {
    let texts = arguments.map(\.text)
    let nulls = texts.map { "\($0) IS NULL" }.joined(separator: " OR ")
    return "CASE WHEN \(nulls) THEN NULL ELSE \(function)(\(texts.joined(separator: ", "))) END"
  }

  private static func extract(_ arguments: [FunctionArgument]) -> String? {
    guard let unit = arguments[0].literal else { return nil }
    let time = "\(arguments[1].text)::TIMESTAMP"
    switch unit {
    case "DOW": return "(dayofweek(\(time)) + 1)"
    case "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR":
      return "date_part('\(unit.lowercased())', \(time))"
    default: return nil
    }
  }

  /// Java writes a group as `$1`, RE2 as `\1`.
  private static func regexpReplace(_ arguments: [FunctionArgument]) -> String? {
    guard let replacement = arguments[2].literal else { return nil }
    var result = ""
    var characters = replacement[...]
    while let character = characters.popFirst() {
      switch character {
      case "$":
        guard let digit = characters.popFirst(), digit.isASCII, digit.isNumber else { return nil }
        result += "\\\(digit)"
      case "\\":
        guard let next = characters.popFirst() else { return nil }
        result += next == "\\" ? "\\\\" : String(next)
      default: result.append(character)
      }
    }
    return "regexp_replace(\(arguments[0].text), \(arguments[1].text), \(SQLLiteral.string(result)), 'g')"
  }

  private static func bytes(_ arguments: [FunctionArgument], hex: String, base64: String, utf8: String) -> String? {
    let texts = arguments.map(\.text)
    switch arguments[1].literal {
    case "HEX": return FunctionTemplate.fill(hex, texts)
    case "BASE64": return FunctionTemplate.fill(base64, texts)
    case "UTF-8": return FunctionTemplate.fill(utf8, texts)
    default: return nil
    }
  }
}
