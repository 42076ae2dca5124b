/// The way in which an instance protects the people behind its results.
package enum PrivacyMode: String, StoredChoice {
  /// Exact figures behind aggregation thresholds, as AMC documents them.
  case threshold
  /// Figures with noise, charged to the budget of a population.
  case noise
}

/// The privacy mode of an instance with what belongs to it. An instance keeps the mode that it was made with: figures
/// that it has shown can't be taken back.
package enum InstancePrivacy: Sendable, Hashable {
  case threshold
  /// The figures are charged to the budget of this population. All instances whose signals are about the same people
  /// belong to one.
  case noise(population: String)

  /// The population of instances for which the operator names none.
  package static let defaultPopulation = "default"

  package var mode: PrivacyMode {
    switch self {
    case .threshold: .threshold
    case .noise: .noise
    }
  }

  /// nil in threshold mode.
  package var population: String? {
    switch self {
    case .threshold: nil
    case .noise(let population): population
    }
  }
}

extension InstanceRecord {
  /// The privacy mode with what belongs to it.
  package var privacy: InstancePrivacy {
    get { population.map { .noise(population: $0) } ?? .threshold }
    set { (privacyMode, population) = (newValue.mode, newValue.population) }
  }
}
