import AMCSQL
import Catalog

/// How one aggregate is computed so that each user's part in it is known.
struct AggregatePlan {
  enum Kind {
    /// Adds up from users' parts.
    case parts
    /// Needs all rows at once; the part only tells who contributed.
    case whole
  }

  /// What the first step computes for each user, and how the second one puts it together.
  struct Part {
    enum Role {
      /// A sum: the total is compared with the largest part.
      case sum
      /// A number of rows, likewise.
      case count
      /// One of the values.
      case extreme
      /// A number of values, of which only matters whether there are any.
      case presence
      /// 1 for the user if any value is there.
      case user
    }

    var role: Role
    var function: String
    var arguments: [BoundExpression]
    var type: SQLType

    var isAdditive: Bool {
      switch role {
      case .sum, .count, .user: true
      case .extreme, .presence: false
      }
    }

    /// The aggregate of the second step.
    var combination: String {
      switch role {
      case .sum, .count: "SUM"
      case .extreme: function
      case .presence, .user: "COUNT"
      }
    }

    var combinedType: SQLType {
      switch role {
      case .sum, .extreme: type
      case .count, .presence, .user: .bigint
      }
    }

    /// What the second step aggregates of this part.
    func combined(_ part: BoundExpression) -> BoundExpression {
      switch role {
      case .sum, .count, .extreme: part
      case .presence, .user: hasContributed(part)
      }
    }

    /// How large the user's part is, as far as the figure shows it.
    func size(_ part: BoundExpression) -> BoundExpression {
      switch role {
      case .user: hasContributed(part).asDouble()
      case .sum, .count, .extreme, .presence:
        BoundExpression(.call(RelationBuilder.function("ABS"), [part.asDouble()]), type: .double, at: part.span)
      }
    }

    /// Not NULL for a user with a part in the figure.
    func hasContributed(_ part: BoundExpression) -> BoundExpression {
      switch role {
      case .extreme: return part
      case .sum, .count, .presence, .user:
        let isZero = part.asDouble().compared(.notEqual, BoundExpression.number(0, at: part.span).asDouble())
        return BoundExpression(
          .conditional([.init(condition: isZero, result: .number(1, at: part.span))], otherwise: nil), type: .bigint,
          at: part.span)
      }
    }
  }

  let call: Relation.Aggregate.Call
  let kind: Kind
  let parts: [Part]

  init(_ call: Relation.Aggregate.Call, _ rows: UserRows) {
    self.call = call
    let value = call.arguments.first
    let count = Part(role: .count, function: "COUNT", arguments: call.arguments, type: .bigint)
    switch (call.function.name, call.isDistinct) {
    case ("COUNT", false):
      (kind, parts) = (.parts, [count])
    case ("COUNT", true) where value.map(rows.isKeyOrNull) == true:
      (kind, parts) = (.parts, [Part(role: .user, function: "COUNT", arguments: call.arguments, type: .bigint)])
    case ("SUM", false):
      (kind, parts) = (.parts, [Part(role: .sum, function: "SUM", arguments: call.arguments, type: call.column.type)])
    case ("AVG", false):
      let sum = Part(role: .sum, function: "SUM", arguments: call.arguments.map { $0.asDouble() }, type: .double)
      (kind, parts) = (.parts, [sum, count])
    case ("MIN", _), ("MAX", _):
      let extreme = Part(
        role: .extreme, function: call.function.name, arguments: call.arguments, type: call.column.type)
      (kind, parts) = (.parts, [extreme])
    default:
      // Whatever it computes: who has a value in it is known all the same.
      let presence = Part(role: .presence, function: "COUNT", arguments: Array(call.arguments.prefix(1)), type: .bigint)
      (kind, parts) = (.whole, [presence])
    }
  }

  /// The aggregate's value from the totals of its parts; nil where it is computed beside them.
  func result(_ totals: [BoundExpression]) -> BoundExpression? {
    guard kind == .parts else { return nil }
    switch parts[0].role {
    case .extreme, .user, .presence: return totals[0]
    case .count:
      // Without rows the sum of counts is NULL, a count is 0.
      return BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [totals[0], .number(0, at: call.span)]), type: .bigint, at: call.span)
    case .sum:
      guard parts.count == 2 else { return totals[0] }
      return BoundExpression(.arithmetic(.divide, totals[0], totals[1]), type: .double, at: call.span)
    }
  }
}
