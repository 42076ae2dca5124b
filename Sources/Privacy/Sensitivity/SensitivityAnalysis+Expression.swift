import AMCSQL
import Catalog

extension SensitivityAnalysis {
  /// The trait of an expression's value. Notes every forbidden meeting inside of it.
  mutating func sensitivity(of expression: BoundExpression) -> Sensitivity {
    let span = expression.span
    switch expression.kind {
    case .literal(let value): return value == .null ? .nothing : .literal
    case .parameter: return .literal
    case .column(let id): return known(id)
    case .call(let function, let arguments): return call(function, arguments, at: span)
    case .arithmetic(let sign, let left, let right): return meeting([left, right], sign.rawValue, at: span)
    case .compare(let sign, let left, let right):
      if let value = expression.testedForText { return hasText(value, beside: left, right, sign, at: span) }
      return meeting([left, right], sign.rawValue, at: span)
    case .between(let value, let low, let high, _): return meeting([value, low, high], "BETWEEN", at: span)
    case .like(let value, let pattern, let escape, _):
      return meeting([value, pattern] + (escape.map { [$0] } ?? []), "LIKE", at: span)
    case .similar(let value, let pattern, _): return meeting([value, pattern], "SIMILAR TO", at: span)
    case .inList(let value, let items, _): return meeting([value] + items, "IN", at: span)
    case .negate(let operand), .not(let operand), .isTruth(let operand, _, _):
      return sensitivity(of: operand).shaped(isNullable: false)
    case .cast(let operand): return cast(operand, to: expression.type)
    case .field(let operand, _): return sensitivity(of: operand)
    case .isNull(let operand, _): return isNull(operand, at: span)
    case .logical(_, let parts): return combined(parts).shaped(isNullable: false)
    case .array(let parts), .row(_, let parts): return mixture(parts)
    case .conditional(let branches, let otherwise): return conditional(branches, otherwise)
    case .element(let base, let index): return steered(base, by: [index], at: span).shaped(isNullable: true)
    case .trim(_, let value, let characters):
      if case .literal(.string(" ")) = characters.kind { return sensitivity(of: value) }
      return meeting([value, characters], "TRIM", at: span)
    case .inRelation, .scalarRelation, .exists: return subquery(expression)
    }
  }

  private mutating func combined(_ parts: [BoundExpression]) -> Sensitivity {
    var all: [Sensitivity] = []
    for part in parts { all.append(sensitivity(of: part)) }
    return all.combined
  }

  private mutating func mixture(_ parts: [BoundExpression]) -> Sensitivity {
    var all: [Sensitivity] = []
    for part in parts { all.append(sensitivity(of: part)) }
    return all.mixture
  }

  private mutating func meeting(_ parts: [BoundExpression], _ what: String, at span: SourceSpan) -> Sensitivity {
    var all: [Sensitivity] = []
    for part in parts { all.append(sensitivity(of: part)) }
    if !all.mayMeet { refuse("`\(what)`", at: span) }
    return all.combined.shaped(isNullable: true)
  }

  /// Whether there is a value says nothing about which; it is as plain as any description of a campaign.
  private mutating func isNull(_ operand: BoundExpression, at span: SourceSpan) -> Sensitivity {
    let own = sensitivity(of: operand)
    if own.forbidsLiterals, own.isNullable { refuse("`IS NULL`", at: span) }
    return Sensitivity(threshold: min(own.threshold, .low))
  }

  /// Whether a text is empty says as little as whether it is NULL, provided that nothing was done to it.
  private mutating func hasText(
    _ value: BoundExpression, beside left: BoundExpression, _ right: BoundExpression, _ sign: ComparisonOperator,
    at span: SourceSpan
  ) -> Sensitivity {
    let own = sensitivity(of: value)
    guard own.forbidsLiterals, !own.isShaped, !own.isNullable, !own.isLiteralInfluenced else {
      return meeting([left, right], sign.rawValue, at: span)
    }
    return Sensitivity(threshold: min(own.threshold, .low))
  }

  /// As a string a value keeps all that it was; any other type may cut it, or not fit.
  private mutating func cast(_ operand: BoundExpression, to type: SQLType) -> Sensitivity {
    let own = sensitivity(of: operand)
    return type.isText && operand.type != .boolean ? own : own.shaped(isNullable: true)
  }

  /// Functions of one value that keep different values different, or at least can't be steered to a constant.
  private static let faithful: Set<String> = [
    "LOWER", "UPPER", "LTRIM", "RTRIM", "MD5", "SHA1", "HASH64", "JSON_SERIALIZE",
  ]
  /// Functions that cut or measure, and give NULL for NULL only.
  private static let cutting: Set<String> = ["LEFT", "RIGHT", "SUBSTRING", "LENGTH", "CARDINALITY"]

  private mutating func call(_ function: FunctionSignature, _ arguments: [BoundExpression], at span: SourceSpan)
    -> Sensitivity
  {
    switch function.argumentFlow {
    case .compare: return meeting(arguments, function.name, at: span)
    case .control:
      guard !arguments.isEmpty else {
        // Constants are literals in other words; random values are not.
        return function.name == "E" ? .literal : .plain
      }
      // A unit of time stands before the value that it steers.
      let isUnitFirst = function.parameters.first == .unit || function.parameters.first == .truncation
      let valueIndex = isUnitFirst && arguments.count > 1 ? 1 : 0
      let controls = arguments.indices.filter { $0 != valueIndex }.map { arguments[$0] }
      let result = steered(arguments[valueIndex], by: controls, at: span)
      if Self.faithful.contains(function.name) { return result }
      return result.shaped(isNullable: !Self.cutting.contains(function.name))
    case .choose: return function.name == "NVL2" ? nvl2(arguments) : choice(arguments)
    case .count, .rank: return .plain
    }
  }

  /// `COALESCE(a, b)`: one of them, so that more than one to choose from is a choice of the query's.
  private mutating func choice(_ values: [BoundExpression]) -> Sensitivity {
    let result = mixture(values)
    return result
  }

  private mutating func nvl2(_ arguments: [BoundExpression]) -> Sensitivity {
    let condition = isNull(arguments[0], at: arguments[0].span)
    return condition.combined(with: choice(Array(arguments.dropFirst())))
  }

  /// A value that other arguments only steer: they leave no influence, unless they are sensitive themselves, for then a
  /// literal value could be read out by them.
  private mutating func steered(_ value: BoundExpression, by controls: [BoundExpression], at span: SourceSpan)
    -> Sensitivity
  {
    let own = sensitivity(of: value)
    var result = own
    for control in controls {
      let sensitivity = sensitivity(of: control)
      if sensitivity.forbidsLiterals, !own.forbidsLiterals || own.isLiteralInfluenced || sensitivity.isLiteralInfluenced
      {
        refuse("This", at: span)
      }
      result = result.combined(with: sensitivity)
    }
    result.isLiteralInfluenced = own.isLiteralInfluenced
    return result
  }

  private mutating func conditional(_ branches: [BoundExpression.Branch], _ otherwise: BoundExpression?) -> Sensitivity
  {
    var results: [Sensitivity] = []
    var conditions = Sensitivity.nothing
    for branch in branches {
      conditions = conditions.combined(with: sensitivity(of: branch.condition))
      results.append(sensitivity(of: branch.result))
    }
    if let otherwise { results.append(sensitivity(of: otherwise)) }
    var result = results.mixture
    // The conditions decide which value it is, so their class counts; they bring no value of their own.
    result.threshold = max(result.threshold, conditions.threshold)
    if conditions.forbidsLiterals {
      result.forbidsLiterals = true
      result = result.shaped(isNullable: true)
    }
    return result
  }

  private mutating func subquery(_ expression: BoundExpression) -> Sensitivity {
    guard let subquery = expression.subquery else { return .plain }
    analyse(subquery.relation)
    let column = subquery.relation.columns.first.map { known($0.id) } ?? .plain
    switch expression.kind {
    case .inRelation(let value, _, _):
      let left = sensitivity(of: value)
      if ![left, column].mayMeet { refuse("`IN`", at: expression.span) }
      return left.combined(with: column).shaped(isNullable: true)
    case .scalarRelation: return column
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .exists, .conditional, .cast, .array, .row, .element, .field, .trim:
      return Sensitivity(threshold: .low)
    }
  }
}
