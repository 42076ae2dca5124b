import Catalog

extension Dialect {
  /// DuckDB 1.5.
  static let duckDB = Dialect(
    typeName: { DuckDBTypeNames.name(of: $0) },
    quotedName: { SQLText.name($0) },
    cast: { "TRY_CAST(\($0) AS \($1))" },
    attempt: { "TRY(\($0))" },
    wideWholeType: "HUGEINT",
    totalFunctions: [
      "COALESCE", "CONCAT", "E", "EXP", "GREATEST", "HASH64", "INSTR", "LEAST", "LENGTH", "LOWER", "LTRIM", "MD5",
      "NULLIF", "NVL2", "POSITION", "RANDOM", "REGEXP_REPLACE", "REGEXP_SPLIT", "REGEXP_SUBSTR", "REPLACE", "RTRIM",
      "SHA1", "STRPOS", "UPPER", "UUID",
    ],
    truncate: { "trunc(\($0))" },
    matchesWhole: { DuckDBPatterns.matchesWhole($0, $1) },
    element: { array, index in
      // The engine counts numbers below zero from the end.
      let isPlain = index.allSatisfy { $0.isASCII && $0.isNumber }
      let ownIndex = isPlain ? index : "CASE WHEN \(index) > 0 THEN \(index) END"
      return "list_extract(\(array), \(ownIndex))"
    },
    mapValue: { "element_at(\($0), \($1))[1]" },
    field: { "struct_extract(\($0), \(SQLLiteral.string($1)))" },
    row: { names, values in
      let parts = zip(names, values).map { "\(SQLText.name($0)) := \($1)" }
      return "struct_pack(\(parts.joined(separator: ", ")))"
    },
    array: { "[\($0.joined(separator: ", "))]" },
    explode: { "unnest(\($0))" },
    onlyValue: { "CASE WHEN count(*) < 2 THEN first(\($0)) END" },
    materialized: "MATERIALIZED ",
    functions: duckDBFunctions)
}
