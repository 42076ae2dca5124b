public import DifferentialPrivacy

/// The cost of a query in noise mode, and how exact its result is. Both are known before the query runs: they follow
/// from the query and from the bounds of the catalogue, never from data.
public struct NoisePlan: Hashable, Sendable {
  /// An aggregation over many users whose figures have noise.
  public struct Aggregation: Hashable, Sendable {
    /// The number of the aggregation in its query, from 0.
    public let number: Int
    /// In how many of its groups a user counts at most.
    public let groupsPerUser: Int
    /// The noised figures.
    public let figures: [Figure]
    /// How many users a group needs, with noise, to be shown; nil where all groups are shown.
    public let selectionThreshold: Int64?
    /// The part of the query's loss that the aggregation takes.
    public let cost: PrivacyLoss
  }

  /// A sum or a count with noise.
  public struct Figure: Hashable, Sendable {
    /// The bounds of one user's part in one group. What is beyond them is cut off.
    public let bounds: ClosedRange<Double>
    /// The standard deviation of the noise; nil where the figure is chosen from a grid of values.
    public let standardError: Double?
  }

  /// A column of the result.
  public struct Column: Hashable, Sendable {
    public let name: String
    /// The standard deviation of the noise in the column's values; nil for keys, and for values that are computed from
    /// several figures in a way in which the error depends on the values: see `quotient`.
    public let standardError: Double?
    /// The accuracy of an average, and of another quotient of two figures; nil for all else.
    public let quotient: Quotient?
    /// The accuracy of a median or another percentile; nil for all else.
    public let percentile: Percentile?
    /// The bounds of one user's part in one value of the column; nil where it is no single figure.
    public let bounds: ClosedRange<Double>?
  }

  /// The accuracy of a quotient of two noisy numbers: of an average, which is a sum divided by a count.
  public struct Quotient: Hashable, Sendable {
    /// The standard deviation of the noise in the number above.
    public let numeratorError: Double
    /// The standard deviation of the noise in the number below.
    public let denominatorError: Double

    public init(numeratorError: Double, denominatorError: Double) {
      (self.numeratorError, self.denominatorError) = (numeratorError, denominatorError)
    }

    /// The standard error of a quotient, to first order (the delta method), from what was released:
    ///
    ///     let error = accuracy.standardError(of: averageCost, over: count)
    ///
    /// The two noises are independent, so that (n + x)/(d + y) ≈ n/d + (x - y·n/d)/d has this deviation. It is good
    /// where the denominator is several times its own error, and infinite where that is 0.
    public func standardError(of quotient: Double, over denominator: Double) -> Double {
      let (above, below) = (numeratorError, denominatorError * quotient)
      return (above * above + below * below).squareRoot() / abs(denominator)
    }
  }

  /// The accuracy of a percentile.
  public struct Percentile: Hashable, Sendable {
    /// By how many of a group's values the chosen place is off, at most, with a probability of 0.95.
    public let valuesMissed: Double
  }

  /// The loss that running the query costs; zero where it has no aggregation over many users.
  public let cost: PrivacyLoss
  /// The aggregations over many users that the query runs.
  public let aggregations: [Aggregation]
  /// The columns of the result, in order.
  public let columns: [Column]
}
