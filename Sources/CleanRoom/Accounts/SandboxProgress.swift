import Metadata

package import struct Foundation.Date

/// A sandbox that a command fills, rather than a job of the server.
///
/// Its record says IN_PROGRESS until every table and the identity graph are there. No job will go on with it, so where
/// the command was interrupted, the record stays so: clients are refused, and the operator makes the sandbox again or
/// deletes it.
extension InstanceService {
  /// Records that the signals of a sandbox are about to change; for the operator.
  ///
  /// - Throws: `CleanRoomError.unknownInstance`; `instanceNotReady` while a job of the server makes it.
  package func beginSandbox(id: String) async throws {
    try await inTransaction { transaction in
      guard var instance = try transaction.find(InstanceRecord.self, id: id) else {
        throw CleanRoomError.unknownInstance
      }
      guard try !transaction.isBeingCreated(instance) else {
        throw CleanRoomError.instanceNotReady(status: instance.status.rawValue)
      }
      instance.status = .inProgress
      instance.statusReason = nil
      instance.completedAt = nil
      try transaction.update(instance)
    }
  }

  /// Records that all signals of a sandbox are there; for the operator.
  ///
  /// - Throws: `CleanRoomError.unknownInstance` if it was deleted meanwhile.
  package func finishSandbox(id: String, at now: Date) async throws {
    try await inTransaction { transaction in
      guard var instance = try transaction.find(InstanceRecord.self, id: id) else {
        throw CleanRoomError.unknownInstance
      }
      instance.status = .completed
      instance.completedAt = now
      try transaction.update(instance)
    }
  }
}

extension MetadataReading {
  /// Whether a job of the server is to make the instance.
  func isBeingCreated(_ instance: InstanceRecord) throws -> Bool {
    switch instance.status {
    case .completed, .failed: false
    case .requested, .submitted, .inProgress:
      try unfinishedJob(kind: .instanceCreation, subjectID: instance.id) != nil
    }
  }
}
