package import Foundation
import GRDB

/// An administrative act. Records are added and read; the store refuses to change or delete one.
package struct AuditRecord: StoredRecord {
  package static let databaseTableName = "audit"
  package enum CodingKeys: String, StoredColumn {
    case sequence, happenedAt, actor, actorID, accountID, action, subjectID, details, chain
  }

  /// The kind of the administrator.
  package enum Actor: String, StoredChoice {
    /// A person at the machine itself, with `adyton admin`.
    case operatorAtMachine = "OPERATOR"
    case user = "USER"
    /// An application of the operator.
    case client = "CLIENT"
  }

  /// The position in the order of events; nil before the insert.
  package var sequence: Int64?
  package var happenedAt: Date
  package var actor: Actor
  /// The user's or client's id; nil for the operator.
  package var actorID: String?
  /// The account that the act concerns; nil if it concerns none.
  package var accountID: String?
  /// The act, such as `instance.create`: a verb of the program, never a value of a request.
  package var action: String
  /// The id of the act's object.
  package var subjectID: String
  /// A JSON object of further names and values; never a secret, never an identifier of a person.
  package var details: String
  /// The hash that chains the record to the one before; see `AuditChain`.
  package var chain: Data?
}

/// The person or application that administers.
package enum Administrator: Sendable, Hashable {
  /// A person at the machine itself, with `adyton admin`.
  case operatorAtMachine
  case user(id: String)
  /// An application of the operator.
  case client(id: String)

  /// The kind and the id of the administrator in the log.
  fileprivate var named: (actor: AuditRecord.Actor, id: String?) {
    switch self {
    case .operatorAtMachine: (.operatorAtMachine, nil)
    case .user(let id): (.user, id)
    case .client(let id): (.client, id)
    }
  }
}

extension MetadataReading {
  /// The acts after `sequence`, oldest first, at most `limit`; of one account, if one is given.
  package func auditRecords(accountID: String?, after sequence: Int64, limit: Int) throws -> [AuditRecord] {
    var records = AuditRecord.filter { $0.sequence > sequence }
    if let accountID { records = records.filter { $0.accountID == accountID } }
    return try records.order { $0.sequence }.limit(limit).fetchAll(database)
  }
}

extension WriteTransaction {
  /// Adds an act to the audit log, in the transaction that does it: neither happens without the other.
  ///
  /// ```swift
  /// try transaction.audit(.deleteInstance, of: instance.id, accountID: instance.accountID, by: administrator, at: now)
  /// ```
  ///
  /// - Parameters:
  ///   - subjectID: The id of the act's object.
  ///   - accountID: The account that the act concerns; nil if it concerns none.
  ///   - details: Further names and values; never a secret, never an identifier of a person.
  package func audit(
    _ action: AuditAction, of subjectID: String, accountID: String?, by administrator: Administrator, at now: Date,
    details: [String: String] = [:]
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let (actor, actorID) = administrator.named
    try append(
      AuditRecord(
        happenedAt: now, actor: actor, actorID: actorID, accountID: accountID, action: action.name,
        subjectID: subjectID, details: String(decoding: try encoder.encode(details), as: UTF8.self)))
  }
}
