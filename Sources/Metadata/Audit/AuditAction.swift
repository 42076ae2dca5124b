/// An administrative act in the audit log. Each area adds its own:
///
/// ```swift
/// extension AuditAction {
///   static let inviteUser = AuditAction("invitation.create")
/// }
/// ```
package struct AuditAction: Sendable, Hashable {
  /// A noun and a verb, such as `instance.create`.
  package let name: String

  package init(_ name: String) {
    self.name = name
  }
}

extension AuditAction {
  package static let createAccount = AuditAction("account.create")
  package static let grantAccount = AuditAction("account.grant")
  package static let createInstance = AuditAction("instance.create")
  package static let updateInstance = AuditAction("instance.update")
  package static let deleteInstance = AuditAction("instance.delete")
  package static let setBucket = AuditAction("instance.bucket")
  package static let updateAdvertisers = AuditAction("advertisers.update")
  package static let subscribe = AuditAction("subscription.create")
  package static let unsubscribe = AuditAction("subscription.delete")
  package static let registerLegacyDataSets = AuditAction("dataSets.registerLegacy")
  package static let acceptTerms = AuditAction("terms.accept")
  package static let declineTerms = AuditAction("terms.decline")
  package static let createClient = AuditAction("client.create")
}
