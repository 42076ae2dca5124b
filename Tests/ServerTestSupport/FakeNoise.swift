package import CleanRoom
package import DifferentialPrivacy
package import Queries

/// The noise of the queries of a `FakeQueryService`: they cost something, and have no noise in their results.
package struct FakeNoise: Sendable {
  /// The standard error of each column.
  package static let standardError = 12.5

  package var population: String
  package var cost: PrivacyLoss
  /// The version of the data that all queries read.
  package var dataVersion = 0

  package init(
    population: String = "default", cost: PrivacyLoss = NoiseSettings().queryLoss
  ) {
    self.population = population
    self.cost = cost
  }

  package func report(of columns: [QueryCheck.Column]) -> NoiseReport {
    NoiseReport(
      population: population, cost: cost,
      columns: columns.map { NoiseReport.Column(name: $0.name, standardError: Self.standardError) })
  }

  package func question(_ parts: String...) -> NoiseQuestion {
    NoiseQuestion(parts: parts + ["\(dataVersion)"], cost: cost)
  }
}
