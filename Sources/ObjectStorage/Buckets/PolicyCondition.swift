/// The value of a condition, which may be written as a text, a number or a truth value.
struct ConditionValue: Hashable, Sendable, Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self.text = text
    } else if let isTrue = try? value.decode(Bool.self) {
      text = isTrue ? "true" : "false"
    } else {
      text = String(try value.decode(Double.self))
    }
  }
}

/// The conditions of a statement, as far as they are about what is known of a request.
enum PolicyCondition {
  /// The comparisons that are understood; any other leaves it open whether a statement applies.
  private enum Comparison: String {
    case stringEquals = "StringEquals"
    case stringNotEquals = "StringNotEquals"
    case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
    case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
    case stringLike = "StringLike"
    case stringNotLike = "StringNotLike"
    case bool = "Bool"
  }

  /// Whether all conditions hold. A key that is not in `context` leaves it open.
  static func holds(
    _ conditions: [String: [String: OneOrMany<ConditionValue>]], in context: [String: String]
  ) -> Truth {
    Truth.all(
      conditions.flatMap { name, keys in
        keys.map { key, values in
          guard let comparison = Comparison(rawValue: name), let actual = context[key.lowercased()] else {
            return .unknown
          }
          return holds(comparison, actual, values.values.map(\.text))
        }
      })
  }

  /// Several values mean any of them; of a negated comparison, none of them.
  private static func holds(_ comparison: Comparison, _ actual: String, _ values: [String]) -> Truth {
    if values.contains(where: { $0.contains("${") }) { return .unknown }
    switch comparison {
    case .stringEquals: return Truth(values.contains(actual))
    case .stringNotEquals: return Truth(!values.contains(actual))
    case .stringEqualsIgnoreCase, .bool: return Truth(contains(values, actual))
    case .stringNotEqualsIgnoreCase: return Truth(!contains(values, actual))
    case .stringLike: return Truth(values.contains { PolicyPattern.matches($0, actual) })
    case .stringNotLike: return Truth(!values.contains { PolicyPattern.matches($0, actual) })
    }
  }

  private static func contains(_ values: [String], _ actual: String) -> Bool {
    values.contains { $0.lowercased() == actual.lowercased() }
  }
}
