import Foundation

/// What the tests' surroundings say.
package enum Environment {
  package static func value(of name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
