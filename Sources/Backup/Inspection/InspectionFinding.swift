package import Metadata
package import ObjectStorage

/// Something that an inspection found, for the operator.
package struct InspectionFinding: Sendable, Hashable {
  /// The kinds of problems.
  package enum Problem: Sendable, Hashable {
    /// An object of a folder with a manifest.
    case damage(ObjectDamage, in: String)
    /// A manifest of a format that is no longer read.
    case outdated(String)
    /// An object that a record of the store refers to is not there.
    case missingReference(String)
    /// SQLite found something wrong with the store.
    case damagedStore
    /// The audit log is not what it was.
    case brokenAuditLog(AuditChain.Break)
    /// Files without checksums, which an earlier release wrote.
    case withoutChecksum(count: Int, in: String)
    /// Files that no manifest lists: what work left that did not come to its end.
    case leftOver(count: Int, in: String)
    /// A backup, or an object of one, is not what was written.
    case damagedBackup(id: String, name: String)
  }

  package var problem: Problem

  package init(_ problem: Problem) {
    self.problem = problem
  }

  /// Whether something is lost; false for a note.
  package var isDamage: Bool {
    switch problem {
    case .damage, .outdated, .missingReference, .damagedStore, .brokenAuditLog, .damagedBackup: true
    case .withoutChecksum, .leftOver: false
    }
  }

  /// The stable name of the problem.
  package var code: String {
    switch problem {
    case .damage(let damage, _): "object_\(damage.fault.rawValue)"
    case .outdated: "object_outdated"
    case .missingReference: "object_missing"
    case .damagedStore: "store_damaged"
    case .brokenAuditLog: "audit_broken"
    case .withoutChecksum: "object_without_checksum"
    case .leftOver: "object_left_over"
    case .damagedBackup: "backup_damaged"
    }
  }

  /// The object that it is about; nil where it is none.
  package var object: String? {
    switch problem {
    case .damage(let damage, _): damage.key.value
    case .missingReference(let key): key
    case .damagedBackup(_, let name): name
    case .outdated, .damagedStore, .brokenAuditLog, .withoutChecksum, .leftOver: nil
    }
  }

  /// The finding in one sentence.
  package var text: String {
    switch problem {
    case .damage(let damage, let title): "\(title)\(damage.day.map { " of \($0)" } ?? ""): \(damage.fault.text)"
    case .outdated(let title): "\(title): written by an earlier release in a way that is no longer read"
    case .missingReference: "a result or the members of an audience are missing"
    case .damagedStore: "metadata.sqlite: SQLite finds it damaged"
    case .brokenAuditLog(let place): "audit log: \(place.text)"
    case .withoutChecksum(let count, let title): "\(title): \(count) files without a checksum"
    case .leftOver(let count, let title): "\(title): \(count) files that interrupted work left"
    case .damagedBackup(let id, _): "backup \(id): damaged"
    }
  }
}

extension ObjectDamage.Fault {
  /// The fault in words.
  fileprivate var text: String {
    switch self {
    case .missing: "a file is missing"
    case .length: "a file has another length than was written"
    case .content: "a file has other bytes than were written"
    case .unreadable: "a file can't be read from the disk"
    case .malformed: "the list of files can't be read"
    case .foreign: "the list of files is that of another folder"
    case .superseded: "the list of files is an old one"
    }
  }
}

extension AuditChain.Break {
  /// The place in words.
  fileprivate var text: String {
    switch self {
    case .changed(let sequence): "record \(sequence) was changed"
    case .gap(let sequence): "records before \(sequence) were removed"
    case .end(let sequence): "records after \(sequence) were removed"
    case .otherThanSeen(let sequence): "record \(sequence) is not the one that was noted before"
    }
  }
}
