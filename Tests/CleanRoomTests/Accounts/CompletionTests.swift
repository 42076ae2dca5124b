import Activation
import Foundation
import Logging
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

@testable import CleanRoom
@testable import Jobs

/// Jobs of administration change the store in their completion, and not before: a process that ends in between leaves
/// nothing that counts.
@Suite(.hangLimit)
struct CompletionTests {
  private static let instanceID = Fixtures.setup.instanceID
  private static let advertiserID = Fixtures.setup.displayAdvertiserID
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func updateHandler(_ room: Room) -> AdvertiserUpdateJobHandler {
    AdvertiserUpdateJobHandler(
      store: room.store, objects: room.objects, runningJobs: RunningJobs(), logger: Self.logger)
  }

  private func advertisers(_ room: Room) async throws -> [String] {
    try await room.store.read {
      try $0.advertisers(instanceID: Self.instanceID, kind: .display, afterID: "", limit: 10).map(\.id)
    }
  }

  /// A request to replace the DISPLAY advertiser, and its job.
  private func update(_ room: Room) async throws -> JobRecord {
    let updates = AdvertiserUpdateService(
      store: room.store, clock: room.clock, identifiers: room.identifiers, wakeRunner: {})
    let draft = AdvertiserUpdateDraft(
      additions: [.init(id: "1", kind: .display, marketplaceID: nil)],
      removals: [.init(id: Self.advertiserID, kind: .display, marketplaceID: nil)])
    let record = try await updates.create(
      draft, instanceID: Self.instanceID, principal: Principal(clientID: "c", intent: .change))
    return try #require(
      try await room.store.read { try $0.unfinishedJob(kind: .advertiserUpdate, subjectID: record.id) })
  }

  @Test func anAdvertiserUpdateChangesNothingBeforeItsCompletion() async throws {
    let room = try await Room()
    let job = try await update(room)
    let completion = try await updateHandler(room).compute(job)
    #expect(try await advertisers(room) == [Self.advertiserID])
    // Meanwhile somebody else has got the advertiser: the completion decides by what is there then.
    try await InstanceService(store: room.store).create(Fixtures.otherSetup, at: Fixtures.now)
    try await room.store.write { transaction in
      try transaction.insert(
        AdvertiserRecord(
          instanceID: Fixtures.otherSetup.instanceID, id: "1", kind: .display, name: "n", marketplaceID: nil))
    }
    try await room.store.write { try completion.apply($0, Fixtures.now) }
    #expect(try await advertisers(room) == [Self.advertiserID])
    let record = try await room.store.read { try $0.find(AdvertiserUpdateRecord.self, id: job.subjectID) }
    #expect(record?.status == .rejected)
  }

  /// The members of an audience that has lost its advertiser go, also where the process ends right after the update.
  @Test(arguments: [true, false])
  func membersOfADeactivatedAudienceAreRemovedAfterACrash(_ hasSucceeded: Bool) async throws {
    let room = try await Room()
    let audience = try await room.createAudience()
    if hasSucceeded { try await room.running { await room.jobs.waitUntilFinished(audience.id) } }
    let folder = "instances/\(Self.instanceID)/audiences/\(audience.id)"
    if !hasSucceeded {
      // A run that began, and ended with its process.
      try await room.store.write { transaction in
        var running = try #require(try transaction.find(AudienceRecord.self, id: audience.id))
        (running.status, running.attemptCount) = (.running, 1)
        try transaction.update(running)
      }
      try await room.objects.put(Data("members".utf8), at: ObjectKey("\(folder)/attempt-1/members.parquet"))
    }
    let job = try await update(room)
    let completion = try await updateHandler(room).compute(job)
    try await room.store.write { transaction in
      try completion.apply(transaction, Fixtures.now)
      var finished = job
      finished.state = .finished
      try transaction.update(finished)
    }
    let next = try await Room(folder: try room.copyAsAfterACrash())
    #expect(try await next.audience(audience.id).status == .deactivated)
    #expect(try await next.objectKeys().contains { $0.hasPrefix(folder) })
    try await next.running { try await next.refresh() }
    #expect(try await next.objectKeys().contains { $0.hasPrefix(folder) } == false)
    #expect(try await next.audience(audience.id).membersPrefix == nil)
  }

  @Test func theMakingOfAnInstanceChangesNothingBeforeItsCompletion() async throws {
    let room = try await Room()
    let administration = InstanceAdministration(
      store: room.store, clock: room.clock, identifiers: room.identifiers, wakeRunner: {})
    let asked = try await administration.create(
      InstanceDraft(name: "Trial", kind: .standard), accountID: Fixtures.setup.accountID, by: .operatorAtMachine)
    let job = try #require(
      try await room.store.read { try $0.unfinishedJob(kind: .instanceCreation, subjectID: asked.id) })
    let handler = InstanceCreationJobHandler(store: room.store, signals: nil, clock: room.clock)
    func status() async throws -> InstanceRecord.Status? {
      try await room.store.read { try $0.find(InstanceRecord.self, id: asked.id)?.status }
    }
    let completion = try await handler.compute(job)
    #expect(try await status() == .requested)
    try await room.store.write { try handler.begin(job, in: $0, at: Fixtures.now) }
    #expect(try await status() == .inProgress)
    try await room.store.write { try completion.apply($0, Fixtures.now) }
    #expect(try await status() == .completed)
  }

  @Test func aProfileGoesWithTheLastInstanceOfItsAdvertiser() async throws {
    let room = try await Room()
    let account = try #require(
      try await room.store.read { try $0.find(AccountRecord.self, id: Fixtures.setup.accountID) })
    let directory = ProfileDirectory(store: room.store)
    let own = try #require(Fixtures.setup.sponsoredAdsProfileID)
    func shown() async throws -> [String] { try await directory.profiles(of: account).map(\.record.id) }
    #expect(try await shown() == [Fixtures.setup.profileID, own])
    let instance = try await room.instance
    try await room.store.write { try $0.remove(instance, at: Fixtures.now) }
    #expect(try await shown() == [Fixtures.setup.profileID])
    await #expect(throws: CleanRoomError.profileForbidden) { try await directory.profile(id: own, of: account) }
    // It comes back with the advertiser, as the same one: campaigns are made with a profile.
    try await InstanceService(store: room.store).create(
      InstanceRecord(id: "again", accountID: account.id, name: "n", kind: .standard, createdAt: Fixtures.now),
      advertisers: [
        InstanceSetup.Advertiser(
          kind: .sponsoredAds, id: Fixtures.setup.sponsoredAdsAdvertiserID, name: "n", marketplaceID: nil)
      ])
    #expect(try await shown() == [Fixtures.setup.profileID, own])
  }
}
