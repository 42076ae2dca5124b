import CleanRoom
import Foundation
package import Metadata
package import Warehouse

/// The logs of audiences, as the services of a clean room use them.
package protocol AudienceMemberLog: Sendable {
  /// Appends entries for all people of the records to the logs of an instance. Repeating the same requests changes
  /// nothing.
  ///
  /// - Returns: The number of records of each request that matched a person, by its sequence.
  /// - Throws: `CancellationError`, or an error of the engine or the storage.
  func append(_ requests: [StagedAudienceRecords], of instance: InstanceRecord) async throws -> [Int64: Int]

  /// The number of members of each audience in some logs, by the log's id and the audience's id as text: users whose
  /// last entry is a CREATE at or after the audience's time. An audience without members may be missing.
  ///
  /// One call for all logs is much faster than a call for each.
  func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]]
}

/// The logs on the embedded engine.
package struct EngineAudienceMemberLog: AudienceMemberLog {
  private let store: MetadataStore
  private let logs: AudienceLogs

  package init(store: MetadataStore, logs: AudienceLogs) {
    self.store = store
    self.logs = logs
  }

  package func append(
    _ requests: [StagedAudienceRecords], of instance: InstanceRecord
  ) async throws -> [Int64: Int] {
    guard let account = try await store.read({ try $0.find(AccountRecord.self, id: instance.accountID) }) else {
      throw CleanRoomError.unknownInstance
    }
    return try await logs.append(
      requests, instanceID: instance.id, scope: IdentityScope(of: instance, account: account),
      looksUpOneIdentifier: instance.privacyMode == .noise)
  }

  package func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] {
    try await logs.memberCounts(requests)
  }
}

/// The logs of servers and tests without an engine: every use is an error of the server.
package struct NoAudienceMemberLog: AudienceMemberLog {
  struct Missing: Error {}

  package init() {}

  package func append(
    _ requests: [StagedAudienceRecords], of instance: InstanceRecord
  ) async throws -> [Int64: Int] { throw Missing() }

  package func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] { [:] }
}
