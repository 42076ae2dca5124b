import ArgumentParser
import Metadata

/// The scopes that are approved for a client.
struct ScopeOptions: ParsableArguments {
  @Option(name: .customLong("scope"), help: "A scope that is approved; may be given again.")
  var scopes: [Scope] = []

  @Flag(name: .customLong("no-scopes"), help: "Approve no scopes.")
  var approvesNone = false

  func validate() throws {
    guard scopes.isEmpty || !approvesNone else { throw ValidationError("Give --scope or --no-scopes, not both.") }
  }

  /// Whether the command line says anything about scopes.
  var isGiven: Bool { approvesNone || !scopes.isEmpty }

  /// nil for none.
  var approved: Scopes? { scopes.isEmpty ? nil : Scopes(Set(scopes)) }
}

extension Scope: ExpressibleByArgument {
  /// The name as clients write it, the older one included.
  init?(argument: String) {
    self.init(named: argument)
  }
}
