import AMCSQL
import Catalog
import Foundation

/// The values among which a percentile is chosen: a grid over the bounds of a value, which never follows from data.
///
/// Small whole numbers are all in it. Others have cells that grow with the value, each some 2 % wide.
struct ValueGrid: Hashable, Sendable {
  /// How many cells lie between a number and its double.
  private static let cellsPerDoubling = 32
  /// The most whole numbers that have a cell each.
  private static let wholeCountMax = 2048.0
  /// How often the smallest number that is not 0 is doubled up to the bound, at most.
  private static let doublingsMax = 20.0

  /// The type of the counts of cells.
  static let countsType = SQLType.map(key: .bigint, value: .bigint)

  let bounds: Interval
  let isWhole: Bool

  /// - Returns: nil where a bound is infinite, or too large for a number.
  init?(_ bounds: Interval, isWhole: Bool) {
    guard bounds.isBounded, bounds.magnitude < 0x1p1000 else { return nil }
    self.bounds = isWhole ? bounds.mapped { $0.rounded() } : bounds
    self.isWhole = isWhole
  }

  private var isLinear: Bool { isWhole && bounds.high - bounds.low < Self.wholeCountMax }

  /// The size below which a number counts as 0.
  private var least: Double {
    let exact = bounds.magnitude * exp2(-Self.doublingsMax)
    return isWhole ? max(exact, 1) : max(exact, 0x1p-1000)
  }

  /// The cells of the numbers of one sign.
  private var cellsPerSign: Int {
    let doublings = bounds.magnitude > least ? log2(bounds.magnitude / least).rounded(.up) : 0
    return max(1, Int(doublings)) * Self.cellsPerDoubling
  }

  private var negativeCount: Int { bounds.low < 0 ? cellsPerSign : 0 }

  /// The number of cells.
  var count: Int {
    if isLinear { return Int(bounds.high - bounds.low) + 1 }
    return negativeCount + 1 + (bounds.high > 0 ? cellsPerSign : 0)
  }

  /// The cell, from 0, of a number; NULL for NULL. Whatever is beyond the bounds is in the outermost cell.
  func cell(of value: BoundExpression) -> BoundExpression {
    let span = value.span
    let number = value.asDouble()
    func double(_ digits: Double) -> BoundExpression { Self.double(digits, at: span) }
    func whole(_ expression: BoundExpression) -> BoundExpression {
      BoundExpression(.cast(expression), type: .bigint, at: span)
    }
    let inner: BoundExpression
    if isLinear {
      inner = whole(number.computed(.subtract, double(bounds.low), as: .double))
    } else {
      let zero = BoundExpression.number(negativeCount, at: span)
      let isPositive = number.compared(.greaterOrEqual, double(least))
      let isNegative = number.compared(.lessOrEqual, double(-least))
      func steps(_ size: BoundExpression) -> BoundExpression {
        let ratio = size.computed(.divide, double(least), as: .double)
        let logarithm = BoundExpression(.call(RelationBuilder.function("LN"), [ratio]), type: .double, at: span)
        let exact = logarithm.computed(.multiply, double(Double(Self.cellsPerDoubling) / log(2)), as: .double)
        let floor = BoundExpression(.call(RelationBuilder.function("FLOOR"), [exact]), type: .double, at: span)
        return floor.computed(.add, double(1), as: .double)
      }
      let negated = BoundExpression(.negate(number), type: .double, at: span)
      let above = double(Double(negativeCount)).computed(.add, steps(number), as: .double)
      let below = double(Double(negativeCount)).computed(.subtract, steps(negated), as: .double)
      inner = Self.choose(
        [(isPositive, capped(whole(above))), (isNegative, capped(whole(below)))], otherwise: zero, at: span)
    }
    return Self.choose(
      [
        (BoundExpression(.isNull(number, negated: false), type: .boolean, at: span), .null(.bigint, at: span)),
        (number.compared(.greaterOrEqual, double(bounds.high)), .number(count - 1, at: span)),
        (number.compared(.lessOrEqual, double(bounds.low)), .number(0, at: span)),
      ], otherwise: inner, at: span)
  }

  /// The number that stands for a cell.
  func value(ofCell cell: BoundExpression) -> BoundExpression {
    let span = cell.span
    func double(_ digits: Double) -> BoundExpression { Self.double(digits, at: span) }
    if isLinear { return cell.asDouble().computed(.add, double(bounds.low), as: .double) }
    let place = cell.asDouble().computed(.subtract, double(Double(negativeCount)), as: .double)
    func size(_ steps: BoundExpression) -> BoundExpression {
      // The middle of the cell, of which the first is number 1.
      let doublings = steps.computed(.subtract, double(0.5), as: .double).computed(
        .divide, double(Double(Self.cellsPerDoubling)), as: .double)
      let power = BoundExpression(
        .call(RelationBuilder.function("POWER"), [double(2), doublings]), type: .double, at: span)
      let exact = power.computed(.multiply, double(least), as: .double)
      guard isWhole else { return exact }
      return BoundExpression(
        .call(RelationBuilder.function("ROUND"), [exact]), type: .double, at: span)
    }
    let negated = BoundExpression(.negate(place), type: .double, at: span)
    return Self.choose(
      [
        (place.compared(.greater, double(0)), size(place)),
        (place.compared(.less, double(0)), BoundExpression(.negate(size(negated)), type: .double, at: span)),
      ], otherwise: double(0), at: span)
  }

  /// The cell, or the outermost one where rounding leads beyond it.
  private func capped(_ cell: BoundExpression) -> BoundExpression {
    let last = BoundExpression.number(count - 1, at: cell.span)
    let first = BoundExpression.number(0, at: cell.span)
    return Self.choose(
      [(cell.compared(.greater, last), last), (cell.compared(.less, first), first)], otherwise: cell, at: cell.span)
  }

  // MARK: Expressions

  private static func double(_ value: Double, at span: SourceSpan) -> BoundExpression {
    .double("\(value)", at: span)
  }

  private static func choose(
    _ branches: [(BoundExpression, BoundExpression)], otherwise: BoundExpression, at span: SourceSpan
  ) -> BoundExpression {
    BoundExpression(
      .conditional(branches.map { .init(condition: $0, result: $1) }, otherwise: otherwise), type: otherwise.type,
      at: span)
  }
}
