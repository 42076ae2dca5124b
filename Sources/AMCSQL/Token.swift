/// A word or sign of a query's text.
struct Token {
  enum Kind: Hashable {
    /// An unquoted word; `keyword` is set if it is one of the grammar's own.
    case word
    /// `"name"`, without its quotes.
    case quotedName
    /// `'text'`, without its quotes.
    case string
    case number
    case sign(Sign)
    case end
  }

  var kind: Kind
  /// The word as written, the name or string without quotes, or the digits.
  var text: String
  var keyword: Keyword?
  var span: SourceSpan
}

/// Operators and punctuation.
enum Sign: String, Hashable {
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case comma = ","
  case dot = "."
  case semicolon = ";"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case concatenate = "||"

  /// The sign that starts with `first`, and its length in bytes; `second` is the byte behind it, or 0.
  static func read(_ first: UInt8, _ second: UInt8) -> (sign: Sign, length: Int)? {
    switch (first, second) {
    case (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "!"), UInt8(ascii: "=")): (.notEqual, 2)
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): (.lessOrEqual, 2)
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): (.greaterOrEqual, 2)
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): (.concatenate, 2)
    case (UInt8(ascii: "<"), _): (.less, 1)
    case (UInt8(ascii: ">"), _): (.greater, 1)
    case (UInt8(ascii: "="), _): (.equal, 1)
    case (UInt8(ascii: "("), _): (.leftParenthesis, 1)
    case (UInt8(ascii: ")"), _): (.rightParenthesis, 1)
    case (UInt8(ascii: "["), _): (.leftBracket, 1)
    case (UInt8(ascii: "]"), _): (.rightBracket, 1)
    case (UInt8(ascii: ","), _): (.comma, 1)
    case (UInt8(ascii: "."), _): (.dot, 1)
    case (UInt8(ascii: ";"), _): (.semicolon, 1)
    case (UInt8(ascii: "+"), _): (.plus, 1)
    case (UInt8(ascii: "-"), _): (.minus, 1)
    case (UInt8(ascii: "*"), _): (.star, 1)
    case (UInt8(ascii: "/"), _): (.slash, 1)
    case (UInt8(ascii: "%"), _): (.percent, 1)
    default: nil
    }
  }
}

/// The words with a meaning in the grammar. Not all of them are reserved.
enum Keyword: String, Hashable, CaseIterable {
  case all = "ALL"
  case and = "AND"
  case array = "ARRAY"
  case `as` = "AS"
  case asc = "ASC"
  case between = "BETWEEN"
  case both = "BOTH"
  case by = "BY"
  case `case` = "CASE"
  case cast = "CAST"
  case cross = "CROSS"
  case current = "CURRENT"
  case currentDate = "CURRENT_DATE"
  case currentTimestamp = "CURRENT_TIMESTAMP"
  case date = "DATE"
  case desc = "DESC"
  case distinct = "DISTINCT"
  case `else` = "ELSE"
  case end = "END"
  case escape = "ESCAPE"
  case except = "EXCEPT"
  case exists = "EXISTS"
  case extract = "EXTRACT"
  case `false` = "FALSE"
  case fetch = "FETCH"
  case filter = "FILTER"
  case first = "FIRST"
  case following = "FOLLOWING"
  case `for` = "FOR"
  case from = "FROM"
  case full = "FULL"
  case group = "GROUP"
  case having = "HAVING"
  case `in` = "IN"
  case inner = "INNER"
  case intersect = "INTERSECT"
  case interval = "INTERVAL"
  case `is` = "IS"
  case join = "JOIN"
  case last = "LAST"
  case lateral = "LATERAL"
  case leading = "LEADING"
  case left = "LEFT"
  case like = "LIKE"
  case limit = "LIMIT"
  case natural = "NATURAL"
  case not = "NOT"
  case null = "NULL"
  case nulls = "NULLS"
  case offset = "OFFSET"
  case on = "ON"
  case or = "OR"
  case order = "ORDER"
  case outer = "OUTER"
  case over = "OVER"
  case partition = "PARTITION"
  case position = "POSITION"
  case preceding = "PRECEDING"
  case qualify = "QUALIFY"
  case range = "RANGE"
  case right = "RIGHT"
  case row = "ROW"
  case rows = "ROWS"
  case select = "SELECT"
  case similar = "SIMILAR"
  case substring = "SUBSTRING"
  case table = "TABLE"
  case then = "THEN"
  case timestamp = "TIMESTAMP"
  case to = "TO"
  case trailing = "TRAILING"
  case trim = "TRIM"
  case `true` = "TRUE"
  case unbounded = "UNBOUNDED"
  case union = "UNION"
  case using = "USING"
  case values = "VALUES"
  case when = "WHEN"
  case `where` = "WHERE"
  case window = "WINDOW"
  case with = "WITH"

  /// Whether the word can't be a name unless it is in double quotes.
  var isReserved: Bool { Self.reserved.contains(self) }

  private static let reserved: Set<Keyword> = [
    .and, .as, .between, .case, .cast, .cross, .distinct, .else, .end, .except, .exists, .from, .full, .group,
    .having, .in, .inner, .intersect, .is, .join, .left, .like, .limit, .natural, .not, .null, .on, .or, .order,
    .qualify, .right, .select, .similar, .then, .true, .false, .union, .using, .values, .when, .where, .window, .with,
  ]

  static let byName: [String: Keyword] = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  static let longestName = allCases.map(\.rawValue.utf8.count).max() ?? 0
}
