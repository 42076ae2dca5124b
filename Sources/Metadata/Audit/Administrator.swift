/// Who administers.
package enum Administrator: Sendable, Hashable {
  /// Somebody at the machine itself, with `adyton admin`.
  case operatorAtMachine
  case user(id: String)
  /// An application of the operator's own.
  case client(id: String)
}

extension AuditRecord.Actor {
  /// How the log names the one who did something: what they are, and their id.
  static func named(_ administrator: Administrator) -> (actor: AuditRecord.Actor, id: String?) {
    switch administrator {
    case .operatorAtMachine: (.operatorAtMachine, nil)
    case .user(let id): (.user, id)
    case .client(let id): (.client, id)
    }
  }
}
