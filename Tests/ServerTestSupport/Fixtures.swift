package import Audiences
import Base
package import CleanRoom
package import Foundation
package import Measurement
import Metadata
import Queries
import Synchronization

/// A folder that is removed with the test.
package final class TemporaryFolder: Sendable {
  package let path: String

  private let parent: URL

  /// - Parameter parent: The folder to make it in.
  package init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    self.parent = parent
    path = parent.appending(path: "adyton-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Another one at the same place.
  package func another() throws -> TemporaryFolder { try TemporaryFolder(in: parent) }

  /// One in memory, where the machine has such a place: for tests that write ten thousand times.
  package static func inMemory() throws -> TemporaryFolder {
    let memory = "/dev/shm"
    guard FileManager.default.isWritableFile(atPath: memory) else { return try TemporaryFolder() }
    return try TemporaryFolder(in: URL(filePath: memory, directoryHint: .isDirectory))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// Identifiers that are the same in each run of a test.
package final class SequentialIdentifiers: IdentifierGenerator {
  private let count = Mutex(0)

  package init() {}

  package func uuid() -> String {
    let digits = String(next())
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  package func number(digits: Int) -> String {
    let end = String(next())
    return "9" + String(repeating: "0", count: max(0, digits - 1 - end.count)) + end
  }

  private func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

/// Secrets that are the same in each run of a test, each of them another.
package final class SequentialSecrets: SecretGenerator {
  private let count = Mutex(UInt64(0))

  package init() {}

  package func bytes(count byteCount: Int) -> [UInt8] {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0 % 8))) }
  }
}

/// The starting point of a clean room's tests.
package enum Fixtures {
  /// 2025-06-01T12:00:00Z
  package static let now = Date(timeIntervalSince1970: 1_748_779_200)

  package static let setup = {
    var setup = InstanceSetup(
      accountID: "ENTITY1AA1AA11AAA1", accountName: "Adyton Demo", marketplaceID: "ATVPDKIKX0DER",
      profileID: "3312345678901234", instanceID: "amcdemo01", instanceName: "demo", kind: .sandbox,
      displayAdvertiserID: "1234567890123", sponsoredAdsAdvertiserID: "ENTITY2BB2BB22BBB2")
    setup.sponsoredAdsProfileID = "5512345678901234"
    return setup
  }()

  /// Another account, with nothing in common.
  package static let otherSetup = {
    var setup = InstanceSetup(
      accountID: "ENTITY9ZZ9ZZ99ZZZ9", accountName: "Someone Else", marketplaceID: "A1PA6795UKMFR9",
      profileID: "4412345678901234", instanceID: "amcother01", instanceName: "other", kind: .standard,
      displayAdvertiserID: "9876543210987", sponsoredAdsAdvertiserID: "ENTITY8YY8YY88YYY8")
    setup.sponsoredAdsProfileID = "6612345678901234"
    return setup
  }()

  /// An audience that is in order; change what a test is about.
  package static func draft(query: String = "SELECT user_id FROM dsp_impressions_for_audiences") -> AudienceDraft {
    AudienceDraft(
      name: "Cart", description: nil, advertiserID: setup.displayAdvertiserID, query: query, workflowID: nil,
      timeWindowStart: now.addingTimeInterval(-7 * 86_400), timeWindowEnd: now.addingTimeInterval(-86_400),
      isTimeWindowRelative: false, refreshRateDays: nil, inputParameters: nil, parameterValues: .object([:]))
  }

  /// An execution that is in order; change what a test is about.
  package static func executionDraft(query: String = "SELECT COUNT(DISTINCT user_id) AS reach FROM dsp_impressions")
    -> ExecutionDraft
  {
    var draft = ExecutionDraft(
      .adHoc(WorkflowDefinition(sqlQuery: query)),
      window: ExecutionWindow(type: .mostRecentWeek, start: nil, end: nil, timeZone: nil))
    // The instance of the fixtures is a sandbox.
    draft.requiresSyntheticData = true
    return draft
  }
}
