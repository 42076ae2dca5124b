import ArgumentParser
import Foundation

/// The environment variables of the process. An empty variable counts as not set.
enum Environment {
  /// The variables when the process started. Each option asks for its own several times, and reading them all takes
  /// long.
  private static let variables = ProcessInfo.processInfo.environment

  /// The value of a variable; nil where it is not set.
  static func text(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a variable is 1.
  ///
  /// - Throws: `ValidationError` for a variable that is neither 1 nor 0.
  static func flag(_ name: String) throws -> Bool {
    switch text(name) {
    case "1": true
    case "0", nil: false
    default: throw ValidationError("\(name) must be 1 or 0.")
    }
  }
}
