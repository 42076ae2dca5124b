package import Metadata

extension Principal {
  /// The principal in the audit log: the user, or a client without a user.
  package var administrator: Administrator {
    userID.map { .user(id: $0) } ?? .client(id: clientID)
  }
}
