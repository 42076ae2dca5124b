import AMCSQL
import Catalog

/// Rules 1 and 2: how sensitive each column of each relation is, whether a literal is part of it, and whether a sensitive
/// value meets a literal anywhere.
struct SensitivityAnalysis {
  /// By column of any relation of the query.
  private(set) var traits: [ColumnID: Trait] = [:]
  private(set) var problems: [Diagnostic] = []

  mutating func analyse(_ query: BoundQuery) {
    for common in query.commons { analyse(common.relation) }
    analyse(query.body)
  }

  private mutating func analyse(_ relation: Relation) {
    for input in relation.inputs { analyse(input) }
    switch relation {
    case .read(let read):
      for column in read.columns {
        guard let own = read.source.column(named: column.name) else { continue }
        traits[column.id] = Trait(of: own)
      }
    case .values(let values):
      for (place, column) in values.columns.enumerated() {
        var trait = Trait.literal
        for row in values.rows { trait = trait.combined(with: self.trait(of: row[place])) }
        traits[column.id] = trait
      }
    case .project(let project):
      for item in project.items { traits[item.column.id] = trait(of: item.expression) }
    case .filter(let filter): _ = trait(of: filter.condition)
    case .join(let join): if let condition = join.condition { _ = trait(of: condition) }
    case .aggregate(let aggregate): analyse(aggregate)
    case .window(let window): for call in window.calls { analyse(call) }
    case .union(let union): analyse(union)
    case .explode(let explode): traits[explode.column.id] = trait(of: explode.array)
    case .common(let reference):
      for (column, original) in zip(reference.columns, reference.originals) {
        traits[column.id] = traits[original] ?? .plain
      }
    }
  }

  private mutating func analyse(_ aggregate: Relation.Aggregate) {
    for key in aggregate.keys {
      let trait = trait(of: key.expression)
      if trait.isMixed { refuse("A group key", at: key.expression.span) }
      traits[key.column.id] = trait
    }
    for call in aggregate.calls {
      if let filter = call.filter { _ = trait(of: filter) }
      traits[call.column.id] = result(
        of: call.function, call.arguments.map { ($0, trait(of: $0)) }, isDistinct: call.isDistinct, at: call.span)
    }
  }

  private mutating func analyse(_ call: Relation.Window.Call) {
    if let filter = call.filter { _ = trait(of: filter) }
    for key in call.partitionBy where trait(of: key).isMixed { refuse("A PARTITION BY key", at: key.span) }
    for order in call.orderBy where trait(of: order.expression).isMixed {
      refuse("An ORDER BY key", at: order.expression.span)
    }
    traits[call.column.id] = result(
      of: call.function, call.arguments.map { ($0, trait(of: $0)) }, isDistinct: call.isDistinct, at: call.span)
  }

  private mutating func analyse(_ union: Relation.Union) {
    for (place, column) in union.columns.enumerated() {
      let trait = union.inputs.map { traits[$0.columns[place].id] ?? .plain }.combined
      if trait.isMixed, !union.isAll { refuse("A column of UNION, which compares rows,", at: union.span) }
      traits[column.id] = trait
    }
  }

  /// The trait of an aggregate or window function's result.
  private mutating func result(
    of function: FunctionSignature, _ arguments: [(BoundExpression, Trait)], isDistinct: Bool, at span: SourceSpan
  ) -> Trait {
    if isDistinct, let mixed = arguments.first(where: { $0.1.isMixed }) { refuse("DISTINCT", at: mixed.0.span) }
    switch function.meeting {
    case .count, .rank: return .plain
    case .compare:
      // The values of the rows are compared with each other; further arguments only steer.
      if let value = arguments.first, value.1.isMixed { refuse(function.name, at: value.0.span) }
      return arguments.first?.1 ?? .plain
    case .control, .choose: return arguments.first?.1 ?? .plain
    }
  }

  mutating func refuse(_ what: String, at span: SourceSpan) {
    let problem = Diagnostic(
      .literalComparison,
      "\(what) compares a value whose aggregation threshold is HIGH or VERY_HIGH with a literal, a parameter or a less sensitive value.",
      at: span, hint: "Such values may be compared with each other, counted, or tested with IS NULL.")
    if !problems.contains(problem) { problems.append(problem) }
  }
}

// MARK: Expressions

extension SensitivityAnalysis {
  /// The trait of an expression's value. Notes every forbidden meeting inside of it.
  mutating func trait(of expression: BoundExpression) -> Trait {
    switch expression.kind {
    case .literal(let value): return value == .null ? .plain : .literal
    case .parameter: return .literal
    case .column(let id): return traits[id] ?? .plain
    case .call(let function, let arguments): return call(function, arguments, at: expression.span)
    case .arithmetic(let sign, let left, let right): return meeting([left, right], sign.rawValue, at: expression.span)
    case .compare(let sign, let left, let right): return meeting([left, right], sign.rawValue, at: expression.span)
    case .between(let value, let low, let high, _): return meeting([value, low, high], "BETWEEN", at: expression.span)
    case .like(let value, let pattern, _, _): return meeting([value, pattern], "LIKE", at: expression.span)
    case .similar(let value, let pattern, _): return meeting([value, pattern], "SIMILAR TO", at: expression.span)
    case .inList(let value, let items, _): return meeting([value] + items, "IN", at: expression.span)
    case .negate(let operand), .not(let operand), .isTruth(let operand, _, _), .cast(let operand),
      .field(let operand, _):
      return trait(of: operand)
    case .isNull(let operand, _):
      // Whether there is a value says nothing about which; it is as plain as any description of a campaign.
      return Trait(threshold: min(trait(of: operand).threshold, .low))
    case .logical(_, let parts), .array(let parts), .row(_, let parts): return combined(parts)
    case .conditional(let branches, let otherwise): return conditional(branches, otherwise)
    case .element(let base, let index): return steered(base, by: [index], at: expression.span)
    case .trim(_, let value, let characters):
      if case .literal(.string(" ")) = characters.kind { return trait(of: value) }
      return meeting([value, characters], "TRIM", at: expression.span)
    case .inRelation, .scalarRelation, .exists: return subquery(expression)
    }
  }

  private mutating func combined(_ parts: [BoundExpression]) -> Trait {
    var result = Trait.plain
    for part in parts { result = result.combined(with: trait(of: part)) }
    return result
  }

  private mutating func meeting(_ parts: [BoundExpression], _ what: String, at span: SourceSpan) -> Trait {
    var all: [Trait] = []
    for part in parts {
      let trait = trait(of: part)
      if case .literal(.null) = part.kind { continue }  // NULL meets nothing
      all.append(trait)
    }
    if !all.mayMeet { refuse("`\(what)`", at: span) }
    return all.combined
  }

  private mutating func call(_ function: FunctionSignature, _ arguments: [BoundExpression], at span: SourceSpan) -> Trait {
    switch function.meeting {
    case .compare: return meeting(arguments, function.name, at: span)
    case .control:
      guard let value = arguments.first else {
        // Constants are literals in other words; random values are not.
        return function.name == "E" ? .literal : .plain
      }
      return steered(value, by: Array(arguments.dropFirst()), at: span)
    case .choose: return combined(arguments)
    case .count, .rank: return .plain
    }
  }

  /// A value that other arguments only steer: they leave no influence, unless they are sensitive themselves, for then a
  /// literal value could be read out by them.
  private mutating func steered(_ value: BoundExpression, by controls: [BoundExpression], at span: SourceSpan) -> Trait {
    let own = trait(of: value)
    var result = own
    for control in controls {
      let trait = trait(of: control)
      if trait.forbidsLiterals, !own.forbidsLiterals || own.isLiteralInfluenced || trait.isLiteralInfluenced {
        refuse("This", at: span)
      }
      result = result.combined(with: trait)
    }
    result.isLiteralInfluenced = own.isLiteralInfluenced
    return result
  }

  private mutating func conditional(_ branches: [BoundExpression.Branch], _ otherwise: BoundExpression?) -> Trait {
    var result = Trait.plain
    for branch in branches {
      let condition = trait(of: branch.condition)
      // The condition decides which value it is, so its class counts; it brings no value of its own.
      result = result.combined(with: Trait(threshold: condition.threshold, forbidsLiterals: condition.forbidsLiterals))
      result = result.combined(with: trait(of: branch.result))
    }
    if let otherwise { result = result.combined(with: trait(of: otherwise)) }
    return result
  }

  private mutating func subquery(_ expression: BoundExpression) -> Trait {
    guard let subquery = expression.subquery else { return .plain }
    analyseSubquery(subquery.relation)
    let column = subquery.relation.columns.first.map { traits[$0.id] ?? .plain } ?? .plain
    switch expression.kind {
    case .inRelation(let value, _, _):
      let left = trait(of: value)
      if ![left, column].mayMeet { refuse("`IN`", at: expression.span) }
      return left.combined(with: column)
    case .scalarRelation: return column
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .exists, .conditional, .cast, .array, .row, .element, .field, .trim:
      return Trait(threshold: .low)
    }
  }

  private mutating func analyseSubquery(_ relation: Relation) { analyse(relation) }
}
