import ArgumentParser
import Base
import Metadata

/// The privacy mode of an instance that a command makes.
struct PrivacyOptions: ParsableArguments {
  @Option(
    help: """
      How the new instance protects people, for good: threshold for exact figures behind AMC's thresholds, noise for \
      figures with noise that are charged to a budget. (default: threshold)
      """)
  var privacy: PrivacyMode?

  @Option(
    help: """
      With noise: the population whose budget is charged. Instances whose signals are about the same people must have \
      the same one. (default: \(InstancePrivacy.defaultPopulation))
      """)
  var population: String?

  func validate() throws {
    guard let population else { return }
    guard privacy == .noise else { throw ValidationError("--population needs --privacy noise.") }
    guard IdentifierShape.accepts(population) else {
      throw ValidationError(
        "A population's name is 1 to \(IdentifierShape.lengthLimit) letters, digits, `-` and `_`.")
    }
  }

  /// The mode of a new instance.
  var value: InstancePrivacy {
    switch privacy ?? .threshold {
    case .threshold: .threshold
    case .noise: .noise(population: population ?? InstancePrivacy.defaultPopulation)
    }
  }

  /// Whether an instance that is there already has the mode that was asked for, if one was.
  func fits(_ instance: InstanceRecord) -> Bool { privacy == nil || instance.privacy == value }

  /// Refuses an instance that is there already in another mode than was asked for.
  func require(of instance: InstanceRecord?) throws {
    guard let instance, !fits(instance) else { return }
    throw CommandFailure.refused(
      "'\(instance.id)' has the privacy mode \(instance.privacy.text), which stays for good. Name another one.")
  }
}

extension PrivacyMode: ExpressibleByArgument {}

extension InstancePrivacy {
  /// The mode as lists show it, with the population in noise mode.
  var text: String {
    switch self {
    case .threshold: mode.rawValue
    case .noise(let population): "\(mode.rawValue):\(population)"
    }
  }
}
