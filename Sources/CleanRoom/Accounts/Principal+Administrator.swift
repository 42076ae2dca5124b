package import Metadata

extension Principal {
  /// Who stands in the audit log for what the actor does: the user, or the client that acts for nobody else.
  package var administrator: Administrator {
    userID.map { .user(id: $0) } ?? .client(id: clientID)
  }
}
