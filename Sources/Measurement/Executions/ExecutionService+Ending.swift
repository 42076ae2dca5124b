import CleanRoom
import struct Foundation.Date
import Metadata
import ObjectStorage

extension ExecutionService {
  /// Cancels a waiting or running execution. A running one stops soon after this returns, and has no result.
  ///
  /// - Throws: `CleanRoomError.executionNotCancellable` if it has ended before.
  package func cancel(id: String, instanceID: String) async throws {
    let now = clock.now
    _ = try await execution(id: id, instanceID: instanceID)
    try await store.write { transaction in
      guard let execution = try transaction.find(ExecutionRecord.self, id: id), execution.instanceID == instanceID
      else {
        throw CleanRoomError.unknownExecution
      }
      guard !execution.status.isFinal else {
        throw CleanRoomError.executionNotCancellable(status: execution.status.rawValue)
      }
      try Self.end(execution, in: transaction, at: now)
    }
    stopJob(id)
  }

  /// Deletes an execution with its results. A waiting or running one is cancelled first.
  ///
  /// Its record is deleted last: as long as it exists, repeating the request finishes an interrupted deletion.
  package func delete(id: String, instanceID: String) async throws {
    let now = clock.now
    let execution = try await execution(id: id, instanceID: instanceID)
    try await store.write { transaction in
      guard let execution = try transaction.find(ExecutionRecord.self, id: id), !execution.status.isFinal else {
        return
      }
      try Self.end(execution, in: transaction, at: now)
    }
    stopJob(id)
    try await objects.deleteAll(under: try ObjectKey(execution.folderPath))
    try await store.write { try $0.delete(ExecutionRecord.self, id: id) }
  }

  private static func end(_ execution: ExecutionRecord, in transaction: WriteTransaction, at now: Date) throws {
    var execution = execution
    execution.status = .cancelled
    execution.publishStatus = .unavailable
    try transaction.update(&execution, at: now)
    try transaction.finishJob(kind: .execution, subjectID: execution.id, at: now)
  }
}
