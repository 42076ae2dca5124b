import AMCSQL
import Catalog

/// A value that the first step of a guarded aggregation computes for each user, and how the second step combines it.
struct AggregatePart {
  enum Role {
    /// A sum: the total is compared with the largest part.
    case sum
    /// A number of rows or values, likewise.
    case count
    /// One of the values.
    case extreme
    /// 1 for the user if any value is there.
    case user
    /// The sum of the values or of their squares, which only serves to compute another part.
    case moment
  }

  var role: Role
  var function: String
  var arguments: [BoundExpression]
  var type: SQLType

  var isAdditive: Bool {
    switch role {
    case .sum, .count, .user, .moment: true
    case .extreme: false
    }
  }

  /// The aggregate of the second step.
  var combination: String {
    switch role {
    case .sum, .count, .moment: "SUM"
    case .extreme: function
    case .user: "COUNT"
    }
  }

  var combinedType: SQLType {
    switch role {
    case .sum, .extreme, .moment: type
    case .count, .user: .bigint
    }
  }

  /// The value of this part that the second step aggregates.
  func combined(_ part: BoundExpression) -> BoundExpression {
    switch role {
    case .sum, .count, .extreme, .moment: part
    case .user: hasContributed(part)
    }
  }

  /// The user's part as a number with its sign.
  func amount(_ part: BoundExpression) -> BoundExpression {
    switch role {
    case .user: hasContributed(part).asDouble()
    case .sum, .count, .extreme, .moment: part.asDouble()
    }
  }

  /// Not NULL for a user with a part in the measure.
  func hasContributed(_ part: BoundExpression) -> BoundExpression {
    switch role {
    case .extreme: return part
    case .sum, .count, .user, .moment:
      let isZero = part.asDouble().compared(.notEqual, BoundExpression.number(0, at: part.span).asDouble())
      return BoundExpression(
        .conditional([.init(condition: isZero, result: .number(1, at: part.span))], otherwise: nil), type: .bigint,
        at: part.span)
    }
  }
}

extension BoundExpression {
  /// A number without its sign.
  func magnitude() -> BoundExpression {
    BoundExpression(.call(RelationBuilder.function("ABS"), [self]), type: .double, at: span)
  }
}
