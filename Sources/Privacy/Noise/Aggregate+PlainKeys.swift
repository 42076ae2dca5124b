import AMCSQL
import Catalog

extension Relation.Aggregate {
  /// The aggregation by keys of which equal ones are the same.
  ///
  /// Zero has two forms that are equal. A group shows the form that the engine meets first, which could be that of one
  /// user's row.
  ///
  /// - Throws: `unsupported` for keys with such numbers inside.
  func withPlainKeys() throws(Diagnostic) -> Relation.Aggregate {
    var result = self
    for index in result.keys.indices {
      let key = result.keys[index].expression
      switch key.type {
      case .float, .double:
        let zero = BoundExpression(.literal(.number("0")), type: key.type, at: key.span)
        let isZero = key.compared(.equal, zero)
        result.keys[index].expression = BoundExpression(
          .conditional([.init(condition: isZero, result: zero)], otherwise: key), type: key.type, at: key.span)
      case .array, .map, .row:
        guard !key.type.hasFloats else {
          throw ThresholdRewriter.unsupported(
            "A group key with floating numbers inside is not supported with noise.", at: key.span,
            hint: "Cast its elements to DECIMAL or to text first.")
        }
      case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .date, .timestamp, .string, .binary, .userKey,
        .unknown:
        break
      }
    }
    return result
  }
}

extension SQLType {
  /// Whether floating numbers are part of a value.
  var hasFloats: Bool {
    switch self {
    case .float, .double: true
    case .array(let element): element.hasFloats
    case .map(let key, let value): key.hasFloats || value.hasFloats
    case .row(let fields): fields.contains { $0.type.hasFloats }
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .date, .timestamp, .string, .binary, .userKey,
      .unknown:
      false
    }
  }
}
