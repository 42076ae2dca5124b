extension SQLType {
  public var isWhole: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint: true
    case .boolean, .decimal, .float, .double, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey,
      .unknown:
      false
    }
  }

  public var isNumeric: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double: true
    case .boolean, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey, .unknown: false
    }
  }

  public var isTime: Bool { self == .date || self == .timestamp }

  public var isText: Bool { self == .string || self == .userKey }

  /// The type that values of both types fit into without loss, for CASE, UNION and comparisons of AMC SQL; nil if there
  /// is none.
  public static func common(_ left: SQLType, _ right: SQLType) -> SQLType? {
    if left == right { return left }
    switch (left, right) {
    case (.unknown, let other), (let other, .unknown): return other
    case (.userKey, .string), (.string, .userKey): return .string
    case (.date, .timestamp), (.timestamp, .date): return .timestamp
    case (.array(let a), .array(let b)): return common(a, b).map { .array($0) }
    case (.map(let aKey, let aValue), .map(let bKey, let bValue)):
      guard let key = common(aKey, bKey), let value = common(aValue, bValue) else { return nil }
      return .map(key: key, value: value)
    case (.row(let a), .row(let b)): return commonRow(a, b)
    default: return left.isNumeric && right.isNumeric ? commonNumber(left, right) : nil
    }
  }

  /// The type of CASE, COALESCE, UNION and IN over both: the common one, and text where one of them is text and the
  /// other one a number, a date, a time or a boolean, which every text can show.
  static func unified(_ left: SQLType, _ right: SQLType) -> SQLType? {
    if let type = common(left, right) { return type }
    return (left == .string && right.isShownAsText) || (right == .string && left.isShownAsText) ? .string : nil
  }

  /// Whether each value has one text that says all of it.
  var isShownAsText: Bool {
    switch self {
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .date, .timestamp, .string: true
    case .binary, .array, .map, .row, .userKey, .unknown: false
    }
  }

  /// Whether the engine can compare numbers of both types in a type that fits both. Decimals have at most 38 digits.
  static func compareExactly(_ left: SQLType, _ right: SQLType) -> Bool {
    guard case .decimal(let aPrecision, let aScale) = left.asDecimal,
      case .decimal(let bPrecision, let bScale) = right.asDecimal
    else { return true }
    return max(aPrecision - aScale, bPrecision - bScale) + max(aScale, bScale) <= 38
  }

  private static func commonRow(_ left: [Field], _ right: [Field]) -> SQLType? {
    guard left.count == right.count else { return nil }
    var fields: [Field] = []
    for (a, b) in zip(left, right) {
      guard a.name == b.name, let type = common(a.type, b.type) else { return nil }
      fields.append(Field(name: a.name, type: type))
    }
    return .row(fields)
  }

  private static func commonNumber(_ left: SQLType, _ right: SQLType) -> SQLType {
    if left.isWhole, right.isWhole { return left.wholeRank >= right.wholeRank ? left : right }
    if case .decimal(let aPrecision, let aScale) = left.asDecimal,
      case .decimal(let bPrecision, let bScale) = right.asDecimal
    {
      let scale = max(aScale, bScale)
      return .decimal(precision: min(38, max(aPrecision - aScale, bPrecision - bScale) + scale), scale: scale)
    }
    return left == .float && right == .float ? .float : .double
  }

  private var wholeRank: Int {
    switch self {
    case .tinyint: 1
    case .smallint: 2
    case .integer: 3
    case .bigint: 4
    case .boolean, .decimal, .float, .double, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey,
      .unknown:
      0
    }
  }

  private var asDecimal: SQLType {
    switch self {
    case .tinyint: .decimal(precision: 3, scale: 0)
    case .smallint: .decimal(precision: 5, scale: 0)
    case .integer: .decimal(precision: 10, scale: 0)
    case .bigint: .decimal(precision: 19, scale: 0)
    case .boolean, .decimal, .float, .double, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey,
      .unknown:
      self
    }
  }
}
