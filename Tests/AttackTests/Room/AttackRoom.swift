import Audiences
import Base
import Catalog
import CleanRoom
import Dialects
import Foundation
import Jobs
import Logging
import Measurement
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import Warehouse

/// A whole clean room over the signals of a world. It remembers earlier queries, and is used as clients use it.
struct AttackRoom: Door {
  /// Settings that allow audiences small enough for 600 users.
  static let settings = {
    var settings = CleanRoomSettings()
    settings.minimumAudienceSize = 100
    settings.lookalikeSeedSizes = 100...500_000
    return settings
  }()

  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let objects: LocalFolderStorage
  private let signals: SignalStore
  private let ledger: PrivacyLedger
  private let jobs: JobLog
  private let runner: JobRunner
  private let executions: ExecutionService
  private let audiences: AudienceService
  private let instance: InstanceRecord

  /// Opens a room, and closes it when `body` ends.
  ///
  /// - Parameters:
  ///   - privacy: The privacy mode of its instance.
  ///   - noise: The budget of noise mode.
  static func with<Result>(
    _ worlds: Worlds, _ world: World, _ privacy: InstancePrivacy = .threshold, noise: NoiseSettings = NoiseSettings(),
    _ body: (AttackRoom) async throws -> Result
  ) async throws -> Result {
    let room = try await AttackRoom(worlds, world, privacy, noise)
    let running = Task { try await room.runner.run() }
    defer { running.cancel() }
    return try await body(room)
  }

  private init(
    _ worlds: Worlds, _ world: World, _ privacy: InstancePrivacy, _ noise: NoiseSettings
  ) async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    let clock = ManualClock(Fixtures.now)
    let identifiers = SequentialIdentifiers()
    signals = SignalStore(storage: objects, now: { Fixtures.now })
    let queries = EngineQueryService(
      engine: worlds.engine, signals: signals, objects: objects, catalogues: FixedCatalogue(WorldUploads.catalogue),
      noise: RecordedNoise(store: store, settings: noise), now: { Fixtures.now })
    // Secrets that are the same each time: a test with noise has the same figures in each run.
    ledger = PrivacyLedger(settings: noise, secrets: SequentialSecrets())
    let charges = NoiseCharges(store: store, ledger: ledger, clock: clock)
    let logger = Logger(label: "attack") { _ in SwiftLogNoOpLogHandler() }
    let jobs = JobLog()
    self.jobs = jobs
    let runner = JobRunner(
      store: store,
      handlers: [
        AudienceJobHandler(
          store: store, queries: queries, objects: objects, identifiers: identifiers, settings: Self.settings,
          charges: charges, logger: logger),
        ExecutionJobHandler(
          store: store, objects: objects, delivery: NoDelivery(),
          differencing: DifferencingGuard(
            store: store, queries: queries, budget: Self.settings.disclosureBudget, clock: clock),
          charges: ExecutionCharges(queries: queries, charges: charges), logger: logger),
      ], clock: clock, settings: Self.settings.queue, logger: logger, observer: { jobs.record($0) })
    self.runner = runner
    executions = ExecutionService(
      store: store, queries: queries, objects: objects, clock: clock, identifiers: identifiers, ledger: ledger,
      wakeRunner: { runner.wake() }, stopJob: { _ in })
    audiences = AudienceService(
      store: store, clock: clock, identifiers: identifiers, settings: Self.settings, wakeRunner: { runner.wake() })
    // Not a sandbox, because sandboxes may show more.
    var setup = Fixtures.otherSetup
    setup.privacy = privacy
    try await InstanceService(store: store).create(setup, at: Fixtures.now)
    guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
    else {
      throw CleanRoomError.unknownInstance
    }
    self.instance = instance
    for table in WorldTables(values: PersonalValues(flipped: world.flipped)).all {
      try await replace(table.name, by: world)
    }
  }

  /// Makes a table anew, with the rows of a world.
  func replace(_ table: String, by world: World) async throws {
    for location in try await world.files(of: table, days: nil) {
      let area = try await objects.stage()
      defer { area.discard() }
      let file = try area.file("part.parquet")
      try FileManager.default.copyItem(at: URL(filePath: location.path), to: file.url)
      try await signals.publish(
        [StagedPart(file: file, day: nil, rowCount: 1)], to: table, instanceID: Fixtures.otherSetup.instanceID,
        mode: .replace)
    }
  }

  func ask(_ question: Question) async throws -> Answer {
    var draft = ExecutionDraft(
      .adHoc(WorkflowDefinition(sqlQuery: question.sql)),
      window: ExecutionWindow(
        type: .explicit, start: Self.text(question.window.start), end: Self.text(question.window.end), timeZone: "UTC"))
    draft.parameterValues = .object(
      question.parameters.compactMapValues { value in
        if case .string(let text) = value { .string(text) } else { nil }
      })
    let id: String
    do {
      id = try await executions.create(draft, in: instance).id
    } catch let error as CleanRoomError {
      return .refused([error.message])
    }
    await jobs.waitUntilFinished(id)
    let execution = try await executions.execution(id: id, instanceID: instance.id)
    guard execution.status == .succeeded else { return .failed(execution.statusReason ?? "\(execution.status)") }
    var lines: [String] = []
    for key in try executions.resultKeys(of: execution, .csv).results {
      let text = String(decoding: try await objects.get(ObjectKey(key)), as: UTF8.self)
      lines += text.split(separator: "\n").map(String.init)
    }
    return .rows(lines.prefix(1) + lines.dropFirst().sorted(), notes: [])
  }

  /// The charges to the population of the room, in order.
  func charges() async throws -> [PrivacyChargeRecord] {
    guard let population = instance.privacy.population else { return [] }
    return try await store.read { try ledger.charges(of: population, in: $0, at: Fixtures.now) }
  }

  /// The visible part of an audience: its state, the reason of a failure, and the approximate number of users.
  func tell(audience query: String, _ kind: AudienceDraft.Kind = .ruleBased) async throws -> String {
    var draft = Fixtures.draft(query: query)
    draft.kind = kind
    draft.advertiserID = Fixtures.otherSetup.displayAdvertiserID
    draft.timeWindowStart = Question.wholeWindow.start
    draft.timeWindowEnd = Question.wholeWindow.end
    let id: String
    do {
      id = try await audiences.create(draft, in: instance, clientID: "client").id
    } catch let error as CleanRoomError {
      return error.message
    }
    await jobs.waitUntilFinished(id)
    let view = try await audiences.audience(id: id, instanceID: instance.id)
    return "\(view.audience.status) \(view.audience.statusReason ?? "") \(view.approximateCount)"
  }

  private static func text(_ time: Date) -> String {
    String(time.formatted(.iso8601).dropLast())
  }
}
