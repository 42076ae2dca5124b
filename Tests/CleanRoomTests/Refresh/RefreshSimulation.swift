import Audiences
import CleanRoom
import Foundation
import Logging
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// A clean room in which months pass, step by step, with a model beside it.
///
/// One job runs at a time, so a seed always gives the same story. Due refreshes are queued and compared before any of
/// them runs.
struct RefreshSimulation {
  struct Counts: CustomStringConvertible {
    var steps = 0
    var refreshes = 0
    var failures = 0
    var longRuns = 0
    var lineItems = 0
    var deactivations = 0
    var updates = 0
    var crashes = 0

    var description: String {
      "\(steps) steps, \(refreshes) refreshes, \(failures) failed runs, \(longRuns) long ones, \(lineItems) line items, "
        + "\(deactivations) deactivations, \(updates) updates, \(crashes) crashes"
    }
  }

  private(set) var counts = Counts()
  private var random: SeededGenerator
  private var model = RefreshModel()
  private let script = RefreshScript()
  private let options: Room.Options
  private var room: Room
  /// The runner of the room's jobs; nil until there is something to do.
  private var life: Task<Void, any Error>?
  private let base = Fixtures.now
  /// The turns of the jobs that wait or run.
  private var turns: [String: Int] = [:]
  private var knownJobIDs: Set<Int64> = []
  private var broken: Set<String> = []
  private var durations: [String: Double] = [:]
  private var lineItemCount = 0

  private static let refreshesAtOnce = 25

  init(seed: UInt64) async throws {
    random = SeededGenerator(seed: seed)
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    options.settings.maximumRefreshesPerInstance = Self.refreshesAtOnce
    options.settings.queue.maximumCrashes = .max
    options.identifiers = SequentialIdentifiers()
    options.whileRunning = { [script] in await script.work($0) }
    self.options = options
    room = try await Room(folder: .inMemory(), options)
    prepare()
  }

  private func prepare() {
    room.queries.answer { [script] _ in script.answer() }
  }

  private var now: Int { seconds(room.clock.now) }
  private func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince(base).rounded()) }

  // MARK: The story

  mutating func run(days: Int, audiences count: Int) async throws {
    defer { script.close() }
    for _ in 0..<(count * 3 / 4) { try await create() }
    while now < days * RefreshModel.day {
      counts.steps += 1
      if model.audiences.count < count { try await create() }
      try await somethingHappens()
      try await settle()
      if counts.steps.isMultiple(of: 10) { try await compare() }
      // Hours, and now and then days in which no server is there.
      let hours = chance(0.05) ? Int.random(in: 20...150, using: &random) : Int.random(in: 1...12, using: &random)
      room.clock.advance(bySeconds: Double(hours * RefreshModel.hour + Int.random(in: 0...3599, using: &random)))
    }
    broken = []
    try await settle()
    try await compare()
    try await compareObjects()
    try await stop()
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

  private mutating func draft(_ number: Int) -> AudienceDraft {
    var draft = Fixtures.draft(query: "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign_id = \(number)")
    draft.refreshRateDays =
      chance(0.25) ? Int.random(in: 0...4, using: &random) : Int.random(in: 0...21, using: &random)
    draft.isTimeWindowRelative = chance(0.6)
    if chance(0.3) { draft.advertiserID = Fixtures.setup.sponsoredAdsAdvertiserID }
    return draft
  }

  /// Services that leave jobs to be looked at before they run.
  private var audiences: AudienceService {
    AudienceService(
      store: room.store, clock: room.clock, identifiers: room.identifiers, settings: options.settings, wakeRunner: {})
  }

  private var refreshes: RefreshRunner {
    RefreshRunner(
      DueRefreshes(store: room.store, clock: room.clock, limit: options.settings.maximumRefreshesPerInstance),
      every: options.settings.refreshCheckInterval, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      wakeRunner: {})
  }

  private mutating func create() async throws {
    let draft = draft(model.audiences.count)
    let id = try await audiences.create(draft, in: try await room.instance, clientID: "client").id
    model.audiences[id] = RefreshModel.Audience(
      isDSP: draft.advertiserID == Fixtures.setup.displayAdvertiserID, isRelative: draft.isTimeWindowRelative,
      rate: draft.refreshRateDays ?? 21, asked: now)
    if chance(0.1) { broken.insert(id) }
  }

  private mutating func somethingHappens() async throws {
    let ids = model.audiences.keys.sorted()
    if chance(0.5), let id = ids.randomElement(using: &random) { broken.insert(id) }
    if broken.count > 8 || chance(0.4), let id = broken.sorted().randomElement(using: &random) { broken.remove(id) }
    // Few at a time: queries of four hours, one after the other, would leave no time for anything else.
    if chance(0.3), let id = ids.randomElement(using: &random) {
      if durations.count >= 2, let old = durations.keys.sorted().randomElement(using: &random) { durations[old] = nil }
      durations[id] = [14_400, 14_401, 20_000].randomElement(using: &random)
    }
    script.set(broken: broken, isDown: chance(0.03), durations: durations)
    if chance(0.7) { try await changeLineItems(ids.filter { model.audiences[$0]?.isDSP == true }) }
    for id in ids where model.audiences[id]?.state == .failed && chance(0.3) { try await update(id) }
  }

  private mutating func changeLineItems(_ ids: [String]) async throws {
    guard let id = ids.randomElement(using: &random), let state = model.audiences[id]?.state,
      state == .alive || state == .deactivated,
      let canonicalID = try await room.store.read({ try $0.advertiserAudience(audienceID: id) })?.canonicalID
    else { return }
    let now = room.clock.now
    let lineItemID = model.audiences[id]?.lineItems.first
    if let lineItemID {
      var use = LineItemAudienceRecord(lineItemID: lineItemID, canonicalID: canonicalID, addedAt: base)
      use.removedAt = now
      try await room.store.write { [use] in try $0.save(use) }
      model.audiences[id]?.lineItems.remove(lineItemID)
      let end = self.now
      model.audiences[id]?.lastUseEnd = end
    } else {
      lineItemCount += 1
      let use = LineItemAudienceRecord(lineItemID: "line\(lineItemCount)", canonicalID: canonicalID, addedAt: now)
      try await room.store.write { try $0.save(use) }
      model.audiences[id]?.lineItems.insert("line\(lineItemCount)")
      counts.lineItems += 1
    }
  }

  private mutating func update(_ id: String) async throws {
    guard let audience = model.audiences[id] else { return }
    let old = try await room.audience(id)
    var draft = draft(0)
    draft.query = old.query
    draft.advertiserID = old.advertiserID
    _ = try await audiences.update(id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(draft))
    let asked = now
    model.audiences[id] = RefreshModel.Audience(
      isDSP: audience.isDSP, isRelative: draft.isTimeWindowRelative, rate: audience.rate, asked: asked)
    broken.remove(id)
    counts.updates += 1
  }

  // MARK: What follows from it

  /// Does what is due until nothing is.
  private mutating func settle() async throws {
    while true {
      try Task.checkCancellation()
      let moment = now
      try await refreshes.runDue()
      for (id, audience) in model.audiences
      where audience.state == .alive && turns[id] == nil && RefreshModel.isOver(audience, at: moment) {
        model.audiences[id]?.state = .deactivated
        counts.deactivations += 1
      }
      let jobs = try await room.store.read {
        try $0.jobs(in: .pending, limit: .max) + $0.jobs(in: .running, limit: .max)
      }
      try await look(at: jobs.filter { !knownJobIDs.contains($0.id ?? 0) }, waiting: jobs, at: moment)
      guard !jobs.isEmpty else { return }
      try await drain(jobs.count)
    }
  }

  /// Compares what was put into the queue with what is due by the rules.
  private mutating func look(at new: [JobRecord], waiting: [JobRecord], at moment: Int) async throws {
    for job in new {
      knownJobIDs.insert(job.id ?? 0)
      guard let audience = model.audiences[job.subjectID] else { continue }
      switch audience.state {
      case .deactivated: break
      case .new, .failed: turns[job.subjectID] = audience.asked
      case .alive:
        let turn = try #require(
          RefreshModel.dueTurn(audience, at: moment), "\(audience) is not due at \(moment), step \(counts.steps)")
        #expect(try await room.audience(job.subjectID).triedFor.map(seconds) == turn)
        turns[job.subjectID] = turn
      }
    }
    let refreshCount = waiting.count {
      let state = model.audiences[$0.subjectID]?.state
      return state == .alive || state == .deactivated
    }
    #expect(refreshCount <= Self.refreshesAtOnce)
    guard refreshCount < Self.refreshesAtOnce else { return }
    let forgotten = model.audiences.filter { turns[$0.key] == nil && RefreshModel.dueTurn($0.value, at: moment) != nil }
    #expect(forgotten.isEmpty, "not in the queue at \(moment)")
  }

  /// Lets the jobs run. A process that ends early leaves its folder as it was then, and another goes on from there.
  private mutating func drain(_ count: Int) async throws {
    let crashes = chance(0.02)
    script.begin(room, runsUntilCrash: crashes ? Int.random(in: 0..<count, using: &random) : nil)
    let endCount = room.jobs.endCount
    if life == nil {
      life = Task { [runner = room.runner] in try await runner.run() }
    } else {
      room.runner.wake()
    }
    await room.jobs.waitUntilEnded(count: endCount + count)
    let (runs, crash) = script.end()
    script.set(broken: broken, isDown: false, durations: durations)
    for run in runs { try take(run) }
    guard let crash else { return }
    counts.crashes += 1
    try await stop()
    room = try await Room(folder: crash.folder, at: crash.time, options)
    prepare()
  }

  private mutating func take(_ run: RefreshScript.Run) throws {
    let id = run.audienceID
    let audience = try #require(model.audiences[id])
    let turn = try #require(turns[id], "\(audience) ran without a turn")
    turns[id] = nil
    let shift = RefreshModel.windowShift(audience, turn: turn) * RefreshModel.day
    #expect(seconds(run.windowStart) == seconds(Fixtures.draft().timeWindowStart) + shift)
    if audience.state == .alive { counts.refreshes += 1 }
    if run.count == nil { counts.failures += 1 }
    if run.end.timeIntervalSince(run.start) > 14_400 { counts.longRuns += 1 }
    model.ended(id, turn: turn, start: seconds(run.start), end: seconds(run.end), count: run.count)
  }

  private mutating func stop() async throws {
    life?.cancel()
    try await life?.value
    life = nil
  }

  // MARK: What has to be true

  private func compare() async throws {
    let records = try await room.store.read {
      try $0.audiences(instanceID: Fixtures.setup.instanceID, beforeSequence: .max, limit: .max)
    }
    #expect(records.count == model.audiences.count)
    for record in records {
      let audience = try #require(model.audiences[record.id])
      let comment: Comment = "\(record.id) at \(now)"
      switch audience.state {
      case .new: #expect(record.status == .pending, comment)
      case .failed: #expect(record.status == .failed && record.memberCount == nil, comment)
      case .deactivated:
        #expect(record.status == .deactivated && record.memberCount == 0 && record.membersPrefix == nil, comment)
      case .alive:
        #expect(record.status == .succeeded && record.membersPrefix != nil, comment)
        #expect(record.memberCount == audience.memberCount, comment)
        #expect(record.lastRefreshedAt.map(seconds) == audience.lastGoodEnd, comment)
        #expect(record.refreshFailureCount == audience.failureCount, comment)
        #expect((record.statusReason == nil) == (audience.failureCount == 0), comment)
        let shift = RefreshModel.windowShift(audience, turn: audience.lastGoodTurn) * RefreshModel.day
        #expect(seconds(record.timeWindowStart) == seconds(Fixtures.draft().timeWindowStart) + shift, comment)
        #expect(seconds(record.timeWindowEnd) == seconds(Fixtures.draft().timeWindowEnd) + shift, comment)
      }
    }
  }

  /// The members that count are there, and nothing else is.
  private func compareObjects() async throws {
    let prefixes = try await room.store.read {
      try $0.audiences(instanceID: Fixtures.setup.instanceID, beforeSequence: .max, limit: .max).compactMap(
        \.membersPrefix)
    }
    #expect(Set(try await room.objectKeys()) == Set(prefixes.map { "\($0)/members.parquet" }))
  }
}
