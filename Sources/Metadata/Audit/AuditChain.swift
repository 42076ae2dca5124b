import Base
import Crypto
package import Foundation
import GRDB

/// The hashes that chain the records of the audit log: each is the SHA-256 of the one before and of the record. A
/// record that was changed, removed or put in between breaks the chain from there on.
///
/// Anyone who can write the file can compute all hashes anew, and can remove the last records. Both show when the hash
/// of the last record is known from elsewhere: from a backup, or from what `adyton verify` printed before.
package enum AuditChain {
  /// The hash before the first record.
  static let start = Data(repeating: 0, count: SHA256.byteCount)

  /// The values of a record that its hash is made of.
  struct Content {
    var sequence: Int64
    /// Milliseconds since 1970.
    var happenedAt: Int64
    var actor: String
    var actorID: String?
    var accountID: String?
    var action: String
    var subjectID: String
    var details: String

    /// The columns with these values. A record of a later release has more.
    static let columns = "sequence, happenedAt, actor, actorID, accountID, action, subjectID, details"
  }

  /// The hash of a record. Each value stands behind its length, so that no two records give the same bytes.
  static func hash(of content: Content, after last: Data) -> Data {
    let values = [
      String(content.sequence), String(content.happenedAt), content.actor, content.actorID, content.accountID,
      content.action, content.subjectID, content.details,
    ]
    var hash = SHA256()
    hash.update(data: last)
    for value in values {
      hash.update(data: Data((value?.lengthPrefixed ?? "-:").utf8))
    }
    return Data(hash.finalize())
  }

  /// The end of the log: what has to be known to notice that records were removed from the end.
  package struct Head: Hashable, Sendable, Codable {
    /// The number of the last record; 0 for an empty log.
    package var sequence: Int64
    /// Its hash.
    package var hash: Data

    package init(sequence: Int64, hash: Data) {
      (self.sequence, self.hash) = (sequence, hash)
    }
  }

  /// Where the chain is broken.
  package enum Break: Hashable, Sendable {
    /// The record has another hash than its content and the record before it give, or none.
    case changed(sequence: Int64)
    /// Records are missing before this one.
    case gap(before: Int64)
    /// Records after this one were removed.
    case end(after: Int64)
    /// The record of that number is not the one that was seen before, or is not there.
    case otherThanSeen(sequence: Int64)
  }
}

extension AuditChain.Content {
  /// The values of a row, as they are stored: a time that becomes a `Date` and a number again can differ.
  init(_ row: Row) {
    self.init(
      sequence: row["sequence"], happenedAt: row["happenedAt"], actor: row["actor"], actorID: row["actorID"],
      accountID: row["accountID"], action: row["action"], subjectID: row["subjectID"], details: row["details"])
  }
}

extension AuditRecord {
  /// The hash that the record has to have after `last`.
  func hash(after last: Data) -> Data {
    AuditChain.hash(
      of: AuditChain.Content(
        sequence: sequence ?? 0, happenedAt: happenedAt.databaseMilliseconds, actor: actor.rawValue, actorID: actorID,
        accountID: accountID, action: action, subjectID: subjectID, details: details),
      after: last)
  }
}

extension MetadataReading {
  /// The end of the audit log as it is stored.
  package func auditHead() throws -> AuditChain.Head {
    guard let last = try AuditRecord.order({ $0.sequence.desc }).fetchOne(database) else {
      return AuditChain.Head(sequence: 0, hash: AuditChain.start)
    }
    return AuditChain.Head(sequence: last.sequence ?? 0, hash: last.chain ?? Data())
  }

  /// The first place at which the audit log is not what it was; nil for none.
  ///
  /// - Parameter seen: Ends of the log that were noted before, in any order.
  package func auditBreak(seen: [AuditChain.Head] = []) throws -> AuditChain.Break? {
    var (last, number) = (AuditChain.start, Int64(0))
    var expected = Dictionary(seen.filter { $0.sequence > 0 }.map { ($0.sequence, $0.hash) }) { first, _ in first }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT \(AuditChain.Content.columns), chain FROM audit ORDER BY sequence")
    while let row = try rows.next() {
      let content = AuditChain.Content(row)
      let sequence = content.sequence
      guard sequence == number + 1 else { return .gap(before: sequence) }
      last = AuditChain.hash(of: content, after: last)
      guard row["chain"] as Data? == last else { return .changed(sequence: sequence) }
      if let hash = expected.removeValue(forKey: sequence), hash != last { return .otherThanSeen(sequence: sequence) }
      number = sequence
    }
    if try lastAuditSequence() > number { return .end(after: number) }
    return expected.keys.min().map { .otherThanSeen(sequence: $0) }
  }

  /// The highest number that a record ever had. SQLite keeps it when the record is gone.
  fileprivate func lastAuditSequence() throws -> Int64 {
    try Int64.fetchOne(
      database, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [AuditRecord.databaseTableName]) ?? 0
  }
}

extension WriteTransaction {
  /// Adds a record to the end of the log, with its number and its hash.
  func append(_ record: AuditRecord) throws {
    var record = record
    record.sequence = try lastAuditSequence() + 1
    record.chain = record.hash(after: try auditHead().hash)
    try insert(record)
  }
}
