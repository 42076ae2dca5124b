package import Base
public import DifferentialPrivacy
import Foundation

/// The cost of a query and the accuracy of its figures, as executions, dry runs and metadata files show them. All of it
/// is known before the query runs, and follows from the query and the settings alone.
public struct NoiseReport: Sendable, Hashable {
  /// A column of the result.
  public struct Column: Sendable, Hashable {
    public var name: String
    /// The standard error of a figure; nil for group keys, and for figures that are computed from others in a way that
    /// gives no single number.
    public var standardError: Double?
    /// The bounds that one user's part of the figure is clipped to; nil where there are none.
    public var bounds: ClosedRange<Double>?
    /// The standard errors of the two numbers whose quotient the figure is, as an average is; nil for other figures.
    public var quotient: Quotient?
    /// By how many values a percentile is off at most, in 19 of 20 cases; nil for other figures.
    public var valuesMissed: Double?

    public struct Quotient: Sendable, Hashable {
      public var numerator: Double
      public var denominator: Double

      public init(numerator: Double, denominator: Double) {
        (self.numerator, self.denominator) = (numerator, denominator)
      }
    }

    public init(name: String, standardError: Double?, bounds: ClosedRange<Double>? = nil) {
      (self.name, self.standardError, self.bounds) = (name, standardError, bounds)
    }
  }

  public var population: String
  public var cost: PrivacyLoss
  public var columns: [Column]

  public init(population: String, cost: PrivacyLoss, columns: [Column]) {
    (self.population, self.cost, self.columns) = (population, cost, columns)
  }

  /// The report as JSON.
  package func json(_ settings: NoiseSettings) -> JSONValue {
    .object([
      "population": .string(population),
      "cost": cost.json(settings),
      "columns": .array(columns.map(\.json)),
    ])
  }
}

extension NoiseReport.Column {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name), "standardError": standardError.map(JSONValue.number) ?? .null,
    ]
    if let bounds {
      members["perUser"] = .object(["lowest": .number(bounds.lowerBound), "highest": .number(bounds.upperBound)])
    }
    if let quotient {
      members["quotientOf"] = .object([
        "numeratorStandardError": .number(quotient.numerator),
        "denominatorStandardError": .number(quotient.denominator),
      ])
    }
    members["valuesMissed"] = valuesMissed.map(JSONValue.number)
    return .object(members)
  }
}

extension PrivacyLoss {
  /// A loss as JSON: as rho and delta, which add up, as the epsilon that it is on its own, and as a share of the
  /// budget.
  package func json(_ settings: NoiseSettings) -> JSONValue {
    .object([
      "rho": .number(rho), "selectionDelta": .number(selectionDelta),
      "epsilon": .number(ticks == 0 ? 0 : epsilon(delta: settings.queryDelta)), "delta": .number(settings.queryDelta),
      "shareOfBudget": .number(share(of: settings.allowance)),
    ])
  }
}

extension JSONValue {
  /// A measured or computed number, to six significant digits; null for one that is not finite.
  package static func number(_ value: Double) -> JSONValue {
    guard value.isFinite, let decimal = Decimal(string: String(format: "%.6g", value)) else { return .null }
    return .decimal(decimal)
  }
}
