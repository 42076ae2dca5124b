import AdvertiserData
import Base
import CleanRoom
import Foundation
import InMemoryLogging
import Jobs
import Logging
import Metadata
import ObjectStorage
import ServerTestSupport
import ServiceLifecycle
import Synchronization
import Warehouse

/// Records appended entries, and fails where a test asks for it.
final class FakeMemberLog: AudienceMemberLog {
  struct Failure: Error {}

  /// One call: which instance, which requests, and whether their records were there to read.
  struct Call: Sendable, Hashable {
    var instanceID: String
    var sequences: [Int64]
    var lines: [String?]
  }

  private let log = Mutex<[Call]>([])
  private let failingInstances = Mutex<Set<String>>([])

  var calls: [Call] { log.withLock { $0 } }

  func fail(_ instanceIDs: String...) { failingInstances.withLock { $0 = Set(instanceIDs) } }

  func append(_ requests: [StagedAudienceRecords], of instance: InstanceRecord) async throws -> [Int64: Int] {
    let lines = requests.map { $0.file.flatMap { try? String(contentsOfFile: $0.path, encoding: .utf8) } }
    log.withLock {
      $0.append(Call(instanceID: instance.id, sequences: requests.map(\.sequence), lines: lines))
    }
    if failingInstances.withLock({ $0.contains(instance.id) }) { throw Failure() }
    return Dictionary(uniqueKeysWithValues: requests.map { ($0.sequence, $0.recordCount) })
  }

  func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] { [:] }
}

/// The part of a clean room that takes in members of audiences.
struct RecordRoom: Sendable {
  static let clientID = "client"
  static let principal = Principal(clientID: clientID, intent: .change)

  let folder: TemporaryFolder
  let store: MetadataStore
  let objects: LocalFolderStorage
  let log = FakeMemberLog()
  let clock = ManualClock(Fixtures.now)
  let jobs: JobLog
  let logs = InMemoryLogHandler()
  let records: AudienceRecordService
  let connections: ConnectionService
  let audiences: StreamedAudienceService
  let handler: AudienceRecordsJobHandler
  let runner: JobRunner

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let jobs = JobLog()
    self.jobs = jobs
    let identifiers = SequentialIdentifiers()
    let logger = Logger(label: "test") { [logs] _ in logs }
    handler = AudienceRecordsJobHandler(
      store: store, log: log, objects: objects, traffic: ReadWriteLock(), clock: clock, settings: CleanRoomSettings(),
      logger: logger)
    let runner = JobRunner(
      store: store, handlers: [handler], clock: clock, settings: QueueSettings(), logger: logger,
      observer: { jobs.record($0) })
    self.runner = runner
    records = AudienceRecordService(
      store: store, objects: objects, clock: clock, identifiers: identifiers, wakeRunner: { runner.wake() })
    connections = ConnectionService(store: store, clock: clock, identifiers: identifiers)
    audiences = StreamedAudienceService(
      store: store, clock: clock, identifiers: identifiers, members: log, countRounding: 1)
    let instances = InstanceService(store: store)
    try await store.write { transaction in
      try transaction.insert(
        ClientRecord(id: Self.clientID, name: "Client", secretHash: Data(), createdAt: Fixtures.now))
    }
    for setup in [Fixtures.setup, Fixtures.otherSetup] {
      try await instances.create(setup, at: Fixtures.now)
      try await instances.grantAccess(clientID: Self.clientID, accountID: setup.accountID, at: Fixtures.now)
    }
  }

  /// An audience whose members go into one instance, and to the DSP advertiser of another one where that is asked for.
  func audience(withOtherAdvertiser: Bool = false) async throws -> Int64 {
    var draft = ConnectionDraft()
    draft.accountID = Fixtures.setup.accountID
    draft.instanceID = Fixtures.setup.instanceID
    if withOtherAdvertiser {
      draft.dspAdvertiserID = Fixtures.otherSetup.displayAdvertiserID
      draft.dspProfileID = Fixtures.otherSetup.profileID
    }
    let connection = try await connections.create(draft, principal: Self.principal)
    return try await audiences.create(
      StreamedAudienceDraft(
        name: "Buyers of tents", description: "", externalAudienceID: "crm",
        target: .init(connectionID: connection, advertiserID: nil)), principal: Self.principal
    ).id
  }

  /// Sends records of that many people.
  func send(_ audienceID: Int64, count: Int = 1) async throws -> String {
    let intake = try await records.intake(
      RecordAddress(audienceID: audienceID, connectionID: nil, targetTypes: nil), principal: Self.principal)
    try intake.add(
      (0..<count).map { person in
        var record = AudienceRecordInput()
        record.externalUserId = "p\(person)"
        record.action = "CREATE"
        var identifiers = AudienceRecordInput.Identifiers()
        identifiers.email = String(repeating: "a", count: 64)
        record.hashedPII = [identifiers]
        return record
      })
    return try await records.submit(intake)
  }

  func status(_ jobID: String) async throws -> RecordSubmission {
    try await records.status(jobID: jobID, principal: Self.principal).submission
  }

  /// The objects with staged records.
  func stagedCount(_ setup: InstanceSetup = Fixtures.setup) async throws -> Int {
    try await objects.list(under: ObjectKey("instances/\(setup.instanceID)/audienceRecords")).count
  }

  /// Runs the job runner while the body runs, and stops it cleanly.
  func running(_ body: @Sendable () async throws -> Void) async throws {
    let services = ServiceGroup(
      services: [runner], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      try await body()
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
    }
  }
}
