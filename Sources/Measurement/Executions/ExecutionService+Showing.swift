import Base
import CleanRoom
package import Metadata

extension ExecutionService {
  /// The instance's execution with the id.
  package func execution(id: String, instanceID: String) async throws -> ExecutionRecord {
    guard IdentifierShape.accepts(id),
      let execution = try await store.read({ try $0.find(ExecutionRecord.self, id: id) }),
      execution.instanceID == instanceID
    else { throw CleanRoomError.unknownExecution }
    return execution
  }

  /// Executions in the order of their creation, from after `sequence`, at most `limit`.
  package func executions(
    _ filter: ExecutionFilter, isAscending: Bool, behind sequence: Int64, limit: Int
  ) async throws -> [ExecutionRecord] {
    try await store.read {
      try $0.executions(filter, isAscending: isAscending, behind: sequence, limit: limit)
    }
  }

  /// The format of a result's files.
  package enum ResultFormat: String, Sendable, Hashable, CaseIterable {
    case csv = "CSV"
    case parquet = "PARQUET"
  }

  /// The keys of a result's files, in the order of its rows, and of the file with facts about the execution.
  ///
  /// - Throws: `CleanRoomError.resultUnavailable` if there is no result, or not yet.
  package func resultKeys(
    of execution: ExecutionRecord, _ format: ResultFormat
  ) throws -> (results: [String], metadata: [String]) {
    let keys =
      switch format {
      case .csv: try execution.keys(\.csvKeys)
      case .parquet: try execution.keys(\.parquetKeys)
      }
    guard execution.status == .succeeded, !keys.isEmpty else {
      throw CleanRoomError.resultUnavailable(executionID: execution.id, reason: execution.reasonForNoResult)
    }
    return (keys, execution.metadataKey.map { [$0] } ?? [])
  }

  /// A file of a result, by its name. The caller checks the permission.
  ///
  /// - Throws: `CleanRoomError.resultUnavailable` if there is no such file.
  package func file(named name: String, executionID: String) async throws -> ReportFile {
    guard IdentifierShape.accepts(executionID),
      let execution = try await store.read({ try $0.find(ExecutionRecord.self, id: executionID) })
    else { throw CleanRoomError.unknownExecution }
    let keys = try execution.keys(\.csvKeys) + execution.keys(\.parquetKeys) + [execution.metadataKey].compactMap { $0 }
    guard execution.status == .succeeded, let key = keys.first(where: { ReportFile.name(ofKey: $0) == name }),
      let file = try await ReportFile(key: key, objects: objects)
    else { throw CleanRoomError.resultUnavailable(executionID: executionID) }
    return file
  }
}

extension ExecutionRecord {
  /// The reason why there will never be a result; nil if it exists, or may exist later.
  package var reasonForNoResult: String? {
    switch status {
    case .pending, .running: nil
    case .failed: "it failed"
    case .cancelled: "it was cancelled"
    case .succeeded: isDryRun ? "it was a dry run" : skipsPublish ? "it was run with skipPublish" : nil
    }
  }
}
