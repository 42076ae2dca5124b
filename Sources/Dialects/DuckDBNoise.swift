import Catalog

extension Dialect {
  /// The functions of noise mode. Those of the engine whose names begin with `adyton_` are registered by the warehouse.
  static let duckDBNoiseFunctions: [String: FunctionTemplate] = [
    NoiseFunctions.noised.name: .seeded { seed, arguments in
      let place = DuckDBNoise.place(arguments[0], of: arguments.dropFirst(4))
      let noise = "adyton_noise(\(seed), \(place), \(arguments[1].text), \(arguments[2].text))"
      return "CAST(coalesce(\(arguments[3].text), 0) + \(noise) AS BIGINT)"
    },
    NoiseFunctions.choice.name: .seeded { seed, arguments in DuckDBNoise.choice(seed, arguments) },
    NoiseFunctions.draw.name: .seeded { seed, arguments in
      "(\(DuckDBNoise.choice(seed, arguments))::DOUBLE / 18446744073709551616.0::DOUBLE)"
    },
    NoiseFunctions.chosenCell.name: .seeded { seed, arguments in
      let place = DuckDBNoise.place(arguments[0], of: arguments.dropFirst(6))
      let (counts, cells) = (arguments[3].text, arguments[4].text)
      let all = "list_transform(range(\(cells)), lambda i: coalesce(element_at(\(counts), i)[1], 0::BIGINT))"
      let none = "list_resize([]::BIGINT[], \(cells), 0::BIGINT)"
      return "adyton_exponential(\(seed), \(place), CASE WHEN \(counts) IS NULL THEN \(none) ELSE \(all) END, "
        + "\(arguments[5].text), \(arguments[1].text), \(arguments[2].text))"
    },
    NoiseFunctions.units.name: .computed { arguments in
      let (value, unit, most) = (arguments[0].text, arguments[1].text, arguments[2].text)
      let rounded = "round(CAST(\(value) AS DOUBLE) / \(unit))"
      let exact = "least(greatest(\(rounded), -CAST(\(most) AS DOUBLE)), CAST(\(most) AS DOUBLE))"
      return "CASE WHEN \(value) IS NOT NULL THEN CAST(\(exact) AS BIGINT) END"
    },
    NoiseFunctions.cellCounts.name: .aggregate { call in
      let (cell, count) = (call.arguments[0].text, call.arguments[1].text)
      return "map_from_entries(list(struct_pack(k := \(cell), v := \(count)))\(call.tail))"
    },
  ]
}

/// Texts that no two different places of noise share.
enum DuckDBNoise {
  /// Functions that give an error only where a query must not go on: noise that can't be made is never left out.
  static let totalFunctions = Set(
    [
      NoiseFunctions.noised, NoiseFunctions.choice, NoiseFunctions.draw, NoiseFunctions.chosenCell,
      NoiseFunctions.units,
    ].map(\.name))

  /// The number that belongs to the seed, a place and its values.
  static func choice(_ seed: String, _ arguments: [FunctionArgument]) -> String {
    "adyton_choice(\(seed), \(place(arguments[0], of: arguments.dropFirst())))"
  }

  /// A place and the values that belong to it, as one text. Each value says how long it is, so that no two lists of
  /// values have the same text.
  static func place(_ place: FunctionArgument, of values: some Sequence<FunctionArgument>) -> String {
    ([place.text] + values.map { encoded($0.text, $0.type, depth: 0) }).joined(separator: " || ")
  }

  /// A value as text; NULL, which is no value, has a text that no value has.
  private static func encoded(_ value: String, _ type: SQLType, depth: Int) -> String {
    let text = text(value, type, depth: depth)
    return "(CASE WHEN \(value) IS NULL THEN '/-' ELSE '/' || length(\(text)) || ':' || \(text) END)"
  }

  /// The text of a value that is not NULL. Values that GROUP BY takes for the same have the same text, and no others.
  private static func text(_ value: String, _ type: SQLType, depth: Int) -> String {
    switch type {
    case .string, .unknown: return "(\(value))"
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .date, .timestamp, .userKey:
      return "CAST(\(value) AS VARCHAR)"
    // There are two zeros.
    case .float, .double: return "CAST((\(value) + 0.0::DOUBLE) AS VARCHAR)"
    case .binary: return "hex(\(value))"
    case .array(let element):
      let name = "e\(depth)"
      let own = encoded(name, element, depth: depth + 1)
      return "array_to_string(list_transform(\(value), lambda \(name): \(own)), '')"
    case .map(let key, let element):
      let keys = text("map_keys(\(value))", .array(key), depth: depth)
      return "(\(keys) || '=' || \(text("map_values(\(value))", .array(element), depth: depth)))"
    case .row(let fields):
      let parts = fields.map { field in
        encoded("struct_extract(\(value), \(SQLLiteral.string(field.name)))", field.type, depth: depth)
      }
      return "(\((["''"] + parts).joined(separator: " || ")))"
    }
  }
}
