import Foundation

/// The environment of the tests.
package enum Environment {
  package static func value(of name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
