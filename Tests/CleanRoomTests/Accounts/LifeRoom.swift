import Base
import CleanRoom
import Foundation
import GRDB
import Jobs
import Logging
import Metadata
import ObjectStorage
import ServerTestSupport
import ServiceLifecycle

/// The services that make and remove instances, on a folder. Another room on a copy of the folder is the next process.
struct LifeRoom: Sendable {
  let folder: TemporaryFolder
  let store: MetadataStore
  let objects: LocalFolderStorage
  let jobs = JobLog()
  let clock = ManualClock(Fixtures.now)
  let administration: InstanceAdministration
  let updates: AdvertiserUpdateService
  let instances: InstanceService
  private let runner: JobRunner

  /// - Parameter whileFilling: Called while a sandbox is filled, after its first object.
  init(
    folder: TemporaryFolder? = nil, whileFilling: @escaping @Sendable () async throws -> Void = {}
  ) async throws {
    self.folder = try folder ?? TemporaryFolder()
    store = try MetadataStore(path: self.folder.file("metadata.sqlite"))
    objects = try LocalFolderStorage(root: URL(filePath: self.folder.file("objects")))
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let runningJobs = RunningJobs()
    let runner = JobRunner(
      store: store,
      handlers: [
        InstanceCreationJobHandler(
          store: store, signals: Signals(objects: objects, whileFilling: whileFilling), clock: clock),
        InstanceRemovalJobHandler(store: store, objects: objects, runningJobs: runningJobs),
        AdvertiserUpdateJobHandler(store: store, objects: objects, runningJobs: runningJobs, logger: logger),
      ], clock: clock, settings: QueueSettings(), logger: logger, runningJobs: runningJobs,
      observer: { [jobs] in jobs.record($0) })
    self.runner = runner
    let identifiers = RandomIdentifierGenerator()
    administration = InstanceAdministration(
      store: store, clock: clock, identifiers: identifiers, wakeRunner: { runner.wake() })
    updates = AdvertiserUpdateService(
      store: store, clock: clock, identifiers: identifiers, wakeRunner: { runner.wake() })
    instances = InstanceService(store: store)
    if try await store.read({ try $0.find(InstanceRecord.self, id: Fixtures.setup.instanceID) }) == nil, folder == nil {
      try await instances.create(Fixtures.setup, at: Fixtures.now)
    }
  }

  private struct Signals: SyntheticSignals {
    let objects: LocalFolderStorage
    let whileFilling: @Sendable () async throws -> Void

    let advertisers = [
      InstanceSetup.Advertiser(kind: .display, id: "777", name: "Synthetic", marketplaceID: nil)
    ]

    func fill(instanceID: String, until end: Date) async throws {
      try await objects.put(Data(), at: ObjectKey("instances/\(instanceID)/signals/a"))
      try await whileFilling()
      try await objects.put(Data(), at: ObjectKey("instances/\(instanceID)/signals/b"))
    }

    func isBehind(instanceID: String, at now: Date) async throws -> Bool { false }

    func renew(instanceID: String, until end: Date) async throws {}
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

  func instance(_ id: String) async throws -> InstanceRecord? {
    try await store.read { try $0.find(InstanceRecord.self, id: id) }
  }

  func keys(_ instanceID: String) async throws -> [String] {
    try await objects.list(under: ObjectKey("instances/\(instanceID)")).map(\.key.value)
  }

  /// The folder as it would be left if the process ended now.
  func copyAsAfterACrash() throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    let source = try DatabaseQueue(path: folder.file("metadata.sqlite"))
    try source.vacuum(into: copy.file("metadata.sqlite"))
    try source.close()
    if FileManager.default.fileExists(atPath: folder.file("objects")) {
      try FileManager.default.copyItem(atPath: folder.file("objects"), toPath: copy.file("objects"))
    }
    return copy
  }
}
