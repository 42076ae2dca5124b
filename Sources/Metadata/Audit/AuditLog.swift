package import Foundation

extension WriteTransaction {
  /// Adds to the audit log, in the transaction that does what is recorded: neither happens without the other.
  ///
  /// ```swift
  /// try transaction.audit(.deleteInstance, of: instance.id, accountID: instance.accountID, by: administrator, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - subjectID: The id of what it was done to.
  ///   - accountID: The account that it concerns; nil where it concerns none.
  ///   - details: Names and values that say more: never a secret, never an identifier of a person.
  package func audit(
    _ action: AuditAction, of subjectID: String, accountID: String?, by administrator: Administrator, at now: Date,
    details: [String: String] = [:]
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let (actor, actorID) = AuditRecord.Actor.named(administrator)
    try insert(
      AuditRecord(
        happenedAt: now, actor: actor, actorID: actorID, accountID: accountID, action: action.name,
        subjectID: subjectID, details: String(decoding: try encoder.encode(details), as: UTF8.self)))
  }
}
