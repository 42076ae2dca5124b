import AMCSQL
import Catalog

/// The groups into which an expression sorts its rows without saying so: the branches of a CASE, what COALESCE finds,
/// the addends of a sum that are there or not.
///
/// In `SUM(CASE WHEN campaign = 'x' THEN cost ELSE 1000 END)` everybody has a part in the measure, and yet it can hang
/// on the one user who is in the first branch. So the users of each cell are counted like those of a reading: nobody,
/// or enough.
enum CaseBranches {
  /// Conditions, each true for the rows of one cell.
  ///
  /// - Parameter subqueryCells: The conditions of subqueries, by the column of their value.
  static func conditions(
    of expression: BoundExpression, subqueryCells: [ColumnID: [BoundExpression]] = [:]
  ) -> [BoundExpression] {
    var cells = Collector(subqueryCells: subqueryCells)
    cells.visit(expression, within: nil)
    cells.visitPresence(of: expression)
    return cells.conditions
  }

  private struct Collector {
    let subqueryCells: [ColumnID: [BoundExpression]]
    var conditions: [BoundExpression] = []

    /// Notes a cell, which lies within another one where the expression stands in a branch.
    mutating func add(_ condition: BoundExpression, within outer: BoundExpression?) -> BoundExpression {
      let whole = outer.map { .all([$0, condition], at: condition.span) } ?? condition
      if !conditions.contains(whole) { conditions.append(whole) }
      return whole
    }

    /// An expression that gives NULL for some values sorts them, too: COUNT sees the difference.
    mutating func visitPresence(of expression: BoundExpression) {
      switch expression.kind {
      case .call, .cast, .element: if !expression.isConstant { both(expression.isPresent, nil) }
      case .literal, .parameter, .column, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between,
        .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .field, .trim:
        break
      }
    }

    mutating func visit(_ expression: BoundExpression, within outer: BoundExpression?) {
      if expression.type == .boolean, !expression.isConstant {
        if case .column = expression.kind { return }
        both(expression.isTrue, outer)
        return
      }
      switch expression.kind {
      case .literal, .parameter, .column: break
      case .scalarRelation(let subquery):
        guard let column = subquery.relation.columns.first else { break }
        for cell in subqueryCells[column.id] ?? [] { _ = add(cell, within: outer) }
      case .conditional(let branches, let otherwise): visit(branches, otherwise, within: outer, at: expression.span)
      case .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar, .inList, .inRelation, .exists: break
      case .call(let function, let arguments): visit(function, arguments, of: expression, within: outer)
      case .arithmetic(let sign, let left, let right):
        switch sign {
        case .add, .subtract: for operand in [left, right] { present(operand, within: outer) }
        case .multiply, .divide, .modulo: break
        }
        visit(left, within: outer)
        visit(right, within: outer)
      case .negate, .cast, .array, .row, .element, .field, .trim:
        for child in expression.children { visit(child, within: outer) }
      }
    }

    /// A condition and its opposite.
    private mutating func both(_ condition: BoundExpression, _ outer: BoundExpression?) {
      _ = add(condition, within: outer)
      _ = add(condition.isNotTrue, within: outer)
    }

    private mutating func visit(
      _ branches: [BoundExpression.Branch], _ otherwise: BoundExpression?, within outer: BoundExpression?,
      at span: SourceSpan
    ) {
      func isBranch(_ number: Int) -> BoundExpression {
        let truths = branches.enumerated().map { index, branch in
          BoundExpression.Branch(condition: branch.condition, result: .truth(index == number, at: span))
        }
        return BoundExpression(
          .conditional(truths, otherwise: .truth(number == branches.count, at: span)), type: .boolean, at: span)
      }
      for (number, branch) in branches.enumerated() {
        let cell = add(isBranch(number), within: outer)
        visit(branch.result, within: cell)
      }
      let cell = add(isBranch(branches.count), within: outer)
      if let otherwise { visit(otherwise, within: cell) }
    }

    /// Functions that are zero where their argument is, so that no part hides behind a constant.
    private static let zeroPreserving: Set<String> = ["ABS", "CEIL", "FLOOR", "ROUND", "SQRT", "TRUNC"]

    private mutating func visit(
      _ function: FunctionSignature, _ arguments: [BoundExpression], of call: BoundExpression,
      within outer: BoundExpression?
    ) {
      switch function.name {
      case "COALESCE" where arguments.count > 1:
        for argument in arguments.dropLast() { both(argument.isPresent, outer) }
      case "NVL2": both(arguments[0].isPresent, outer)
      case "NULLIF": both(arguments[0].compared(.equal, arguments[1]).isTrue, outer)
      case "GREATEST", "LEAST":
        // Those whose value was capped (`LEAST(cost, 4000)`) have a known one, and are no cell of their own.
        let values = arguments.filter { !$0.isConstant }
        for value in values {
          let isValue = call.compared(.equal, value).isTrue
          if values.count > 1 { both(isValue, outer) } else { _ = add(isValue, within: outer) }
        }
      default:
        guard !Self.zeroPreserving.contains(function.name) else { break }
        for argument in arguments { present(argument, within: outer) }
      }
      for argument in arguments { visit(argument, within: outer) }
    }

    /// A number that adds to the others where it is not zero.
    private mutating func present(_ operand: BoundExpression, within outer: BoundExpression?) {
      guard operand.type.isNumeric, !operand.isConstant else { return }
      let zero = BoundExpression.number(0, at: operand.span).asDouble()
      _ = add(operand.asDouble().compared(.notEqual, zero).isTrue, within: outer)
    }
  }
}

extension BoundExpression {
  fileprivate var isPresent: BoundExpression { BoundExpression(.isNull(self, negated: true), type: .boolean, at: span) }

  fileprivate var isTrue: BoundExpression {
    BoundExpression(.isTruth(self, true, negated: false), type: .boolean, at: span)
  }

  fileprivate var isNotTrue: BoundExpression {
    BoundExpression(.isTruth(self, true, negated: true), type: .boolean, at: span)
  }

  static func truth(_ value: Bool, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.literal(.boolean(value)), type: .boolean, at: span)
  }
}
