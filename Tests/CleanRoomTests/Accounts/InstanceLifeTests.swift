import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// Making and removing instances takes effect once, wherever a process ends.
@Suite(.hangLimit)
struct InstanceLifeTests {
  private static let id = Fixtures.setup.instanceID

  // MARK: Making

  @Test func sandboxesAreMadeOnceWhereverTheProcessEnds() async throws {
    let copies = Mutex<[TemporaryFolder]>([])
    let room = Mutex<LifeRoom?>(nil)
    let first = try await LifeRoom(whileFilling: {
      let copy = try room.withLock { try $0?.copyAsAfterACrash() }
      copies.withLock { $0.append(contentsOf: copy.map { [$0] } ?? []) }
    })
    room.withLock { $0 = first }
    let asked = try await first.administration.create(
      InstanceDraft(name: "Trial", kind: .sandbox), accountID: Fixtures.setup.accountID, by: .operatorAtMachine)
    #expect(asked.status == .requested)
    let accepted = try first.copyAsAfterACrash()
    try await first.running { await first.jobs.waitUntilFinished(asked.id) }
    let done = try first.copyAsAfterACrash()
    let folders = [accepted] + copies.withLock { $0 } + [done]
    #expect(folders.count == 3)
    for (index, folder) in folders.enumerated() {
      let next = try await LifeRoom(folder: folder)
      let before = try await next.instance(asked.id)?.status
      #expect(before == [.requested, .inProgress, .completed][index])
      try await next.running {
        if before != .completed { await next.jobs.waitUntilFinished(asked.id) }
      }
      let instance = try #require(try await next.instance(asked.id))
      #expect(instance.status == .completed)
      #expect(instance.statusReason == nil)
      #expect(try await next.keys(asked.id).count == 2)
      let (advertisers, _) = try await next.instances.advertisers(
        instanceID: asked.id, kind: nil, afterID: "", limit: 10)
      #expect(advertisers.map(\.id) == ["777"])
    }
  }

  // MARK: Changing

  @Test func onlyTheOperatorApprovesABucket() async throws {
    let room = try await LifeRoom()
    func change(_ bucket: String?, by administrator: Administrator) async throws -> Bool {
      try await room.administration.update(
        id: Self.id, to: InstanceChanges(name: bucket == nil ? "Other name" : nil, s3BucketName: bucket),
        by: administrator
      ).isBucketApproved
    }
    let client = Administrator.client(id: "c")
    #expect(try await !change("bucket-of-a", by: client))
    #expect(try await change("bucket-of-a", by: .operatorAtMachine))
    // Neither another change nor the same name again takes the approval away.
    #expect(try await change(nil, by: client))
    #expect(try await change("bucket-of-a", by: client))
    #expect(try await !change("bucket-of-b", by: client))
    #expect(try await !change("bucket-of-a", by: .user(id: "u")))
    #expect(try await !change("", by: .operatorAtMachine))
    for (administrator, isApproved) in [(client, false), (.operatorAtMachine, true)] {
      var draft = InstanceDraft(name: "Made with a bucket")
      draft.s3BucketName = "bucket-of-a"
      let made = try await room.administration.create(draft, accountID: Fixtures.setup.accountID, by: administrator)
      #expect(made.isBucketApproved == isApproved)
    }
  }

  // MARK: Removing

  private func roomWithObjects() async throws -> LifeRoom {
    let room = try await LifeRoom()
    for index in 0..<5 {
      try await room.objects.put(Data("x".utf8), at: ObjectKey("instances/\(Self.id)/dataSets/d/part-\(index)"))
    }
    return room
  }

  @Test func interruptedRemovalsAreFinishedByTheNextProcess() async throws {
    let room = try await roomWithObjects()
    try await room.administration.remove(id: Self.id, by: .operatorAtMachine)
    // The process ends before the job has begun: the records are gone, the objects are not.
    let next = try await LifeRoom(folder: try room.copyAsAfterACrash())
    #expect(try await next.instance(Self.id) == nil)
    #expect(try await next.keys(Self.id).count == 5)
    // It also ended halfway.
    try await next.objects.delete(ObjectKey("instances/\(Self.id)/dataSets/d/part-0"))
    try await next.administration.resumeRemovals()
    try await next.running { await next.jobs.waitUntilFinished(Self.id) }
    #expect(try await next.keys(Self.id).isEmpty)
    #expect(try await next.store.read { try $0.instanceRemovals() }.isEmpty)
  }

  @Test func abandonedRemovalsAreResumed() async throws {
    let room = try await roomWithObjects()
    try await room.administration.remove(id: Self.id, by: .operatorAtMachine)
    try await room.store.write { transaction in
      var job = try #require(try transaction.unfinishedJob(kind: .instanceRemoval, subjectID: Self.id))
      job.state = .finished
      try transaction.update(job)
    }
    for _ in 0..<2 { try await room.administration.resumeRemovals() }
    let jobs = try await room.store.read { try $0.jobs(subjectID: Self.id) }
    #expect(jobs.filter { $0.state == .pending }.count == 1, "One, however often it is asked for.")
    try await room.running { await room.jobs.waitUntilFinished(Self.id) }
    #expect(try await room.keys(Self.id).isEmpty)
  }

  @Test func idsAreFreeAfterTheRemoval() async throws {
    let room = try await roomWithObjects()
    try await room.administration.remove(id: Self.id, by: .operatorAtMachine)
    let again = InstanceRecord(
      id: Self.id, accountID: Fixtures.setup.accountID, name: "again", kind: .standard, createdAt: Fixtures.now)
    await #expect(throws: CleanRoomError.instanceBeingRemoved) {
      try await room.instances.create(again, advertisers: [])
    }
    try await room.running { await room.jobs.waitUntilFinished(Self.id) }
    try await room.instances.create(again, advertisers: [])
    #expect(try await room.instance(Self.id)?.name == "again")
  }

  @Test func onlyTheFirstRemovalCounts() async throws {
    let room = try await roomWithObjects()
    try await room.administration.remove(id: Self.id, by: .operatorAtMachine)
    await #expect(throws: CleanRoomError.unknownInstance) {
      try await room.administration.remove(id: Self.id, by: .operatorAtMachine)
    }
    let records = try await room.store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 100) }
    #expect(records.filter { $0.action == "instance.delete" }.count == 1)
  }

  // MARK: Advertisers

  @Test func updatesTakeEffectOnceWhereverTheProcessEnds() async throws {
    let room = try await LifeRoom()
    let draft = AdvertiserUpdateDraft(
      additions: [.init(id: "1", kind: .display, marketplaceID: nil)],
      removals: [.init(id: Fixtures.setup.displayAdvertiserID, kind: .display, marketplaceID: nil)])
    let principal = Principal(clientID: "c", intent: .change)
    let update = try await room.updates.create(draft, instanceID: Self.id, principal: principal)
    let folders = [try room.copyAsAfterACrash()]
    try await room.running { await room.jobs.waitUntilFinished(update.id) }
    for next in [room, try await LifeRoom(folder: folders[0])] {
      if next.folder.path != room.folder.path {
        try await next.running { await next.jobs.waitUntilFinished(update.id) }
      }
      let (advertisers, _) = try await next.instances.advertisers(
        instanceID: Self.id, kind: .display, afterID: "", limit: 10)
      #expect(advertisers.map(\.id) == ["1"])
      #expect(try await next.updates.update(number: 0, instanceID: Self.id).status == .completed)
    }
  }

  @Test func theOperatorCanAddAnyAdvertiser() async throws {
    let room = try await LifeRoom()
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let foreign = AdvertiserUpdateDraft.Advertiser(
      id: Fixtures.otherSetup.displayAdvertiserID, kind: .display, marketplaceID: nil)
    _ = try await room.updates.apply(
      AdvertiserUpdateDraft(additions: [foreign], removals: []), instanceID: Self.id)
    let added = try await room.store.read { try $0.advertiser(id: foreign.id, instanceID: Self.id) }
    #expect(added?.name == "other (Amazon DSP)", "As it is called where it is known.")
  }
}
