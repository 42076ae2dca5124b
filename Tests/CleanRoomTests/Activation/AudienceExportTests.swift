@testable import Activation
import Foundation
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

@testable import CleanRoom

/// Instead of an engine: the id of a member is its value in the file, behind the first byte of the secret.
private struct FakeDigests: MemberDigests {
  func write(_ source: EngineLocation, secret: Data, to name: String, in area: StagingArea) async throws -> Int {
    let text = String(decoding: try Data(contentsOf: source.fileURL), as: UTF8.self)
    try Data("\(secret.first ?? 0):\(text)".utf8).write(to: try area.file(name).url)
    return 3
  }
}

/// Members on their way into a folder that stands for a bucket, by the jobs that audiences leave.
@Suite(.hangLimit)
struct AudienceExportTests {
  private struct Setting {
    let folder: TemporaryFolder
    let room: Room
    let destinations: DestinationService

    init() async throws {
      let folder = try TemporaryFolder()
      self.folder = folder
      let buckets = FolderBuckets(root: URL(filePath: folder.file("buckets")))
      var options = Room.Options()
      options.export = { objects in
        BucketAudienceExport(objects: objects, buckets: buckets, account: .ofFolders, digests: FakeDigests())
      }
      let room = try await Room(folder: folder, options)
      self.room = room
      destinations = DestinationService(
        store: room.store, clock: room.clock, identifiers: room.identifiers, wakeRunner: { room.runner.wake() })
      try await buckets.make("partner-one", granting: .ofFolders)
      try await buckets.make("partner-two", granting: .ofFolders)
    }

    func add(_ bucket: String, secret: UInt8 = 7, prefix: String = "in/amc") async throws -> DestinationRecord {
      try await destinations.add(
        name: "Partner", bucket: bucket, prefix: prefix, instanceID: Fixtures.setup.instanceID,
        secret: Array(repeating: secret, count: 32))
    }

    func export(_ destination: DestinationRecord) async throws -> AudienceExportRecord {
      let all = try await room.store.read { try $0.audienceExports(destinationID: destination.id) }
      return try #require(all.first)
    }

    /// Runs jobs until the export's last request is done.
    func finish(_ destination: DestinationRecord) async throws {
      let export = try await export(destination)
      try await room.running {
        await room.jobs.waitUntilFinished("\(export.id).\(export.requestCount)")
      }
    }

    /// The files of a bucket below its prefix, without the policy.
    func files(_ bucket: String) throws -> [String] {
      let root = URL(filePath: folder.file("buckets")).appending(path: bucket)
      let names = FileManager.default.enumerator(atPath: root.path(percentEncoded: false))?.compactMap { $0 as? String }
      return (names ?? []).filter { $0.hasSuffix(".parquet") || $0.hasSuffix("manifest.json") }.sorted()
    }

    func text(_ file: String, in bucket: String) throws -> String {
      try String(contentsOf: URL(filePath: folder.file("buckets/\(bucket)/\(file)")), encoding: .utf8)
    }

    /// An audience with members.
    func audience() async throws -> (id: String, canonicalID: String) {
      let id = try await room.createAudience().id
      try await room.running { await room.jobs.waitUntilFinished(id) }
      let shown = try await room.store.read { try $0.advertiserAudience(audienceID: id) }
      return (id, try #require(shown).canonicalID)
    }

    /// The changes of a refresh at its end.
    func refresh(_ id: String, members: String, attempt: Int) async throws {
      let prefix = "instances/\(Fixtures.setup.instanceID)/audiences/\(id)/attempt-\(attempt)"
      try await room.objects.put(Data(members.utf8), at: ObjectKey("\(prefix)/members.parquet"))
      let now = room.clock.now
      try await room.store.write { transaction in
        var audience = try #require(try transaction.find(AudienceRecord.self, id: id))
        audience.membersPrefix = prefix
        try transaction.update(audience)
        try transaction.requestExports(audienceID: id, at: now)
      }
    }
  }

  private func manifest(_ setting: Setting, _ folder: String) throws -> BucketAudienceExport.Manifest {
    let text = try setting.text("\(folder)/manifest.json", in: "partner-one")
    return try JSONDecoder().decode(BucketAudienceExport.Manifest.self, from: Data(text.utf8))
  }

  @Test func connectedMembersAreExportedAndReplacedByARefresh() async throws {
    let setting = try await Setting()
    let (id, canonicalID) = try await setting.audience()
    let destination = try await setting.add("partner-one")
    #expect(try setting.files("partner-one").isEmpty)
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    let folder = "in/amc/audience=\(canonicalID)"
    #expect(try setting.files("partner-one") == ["\(folder)/manifest.json", "\(folder)/members-1.parquet"])
    #expect(try setting.text("\(folder)/members-1.parquet", in: "partner-one") == "7:reach\n5000\n")
    let first = try manifest(setting, folder)
    #expect(first.audienceId == canonicalID)
    #expect(first.memberCount == 3)
    #expect(first.files.map(\.key) == ["\(folder)/members-1.parquet"])
    #expect(try await setting.export(destination).exportedAt == Fixtures.now)

    try await setting.refresh(id, members: "new", attempt: 2)
    try await setting.finish(destination)
    #expect(try setting.files("partner-one") == ["\(folder)/manifest.json", "\(folder)/members-2.parquet"])
    #expect(try setting.text("\(folder)/members-2.parquet", in: "partner-one") == "7:new")
    #expect(try manifest(setting, folder).revision == 2)
  }

  /// The transaction that makes a run a success leaves the job as well.
  @Test func audiencesConnectedBeforeTheirFirstRunAreExportedAfterIt() async throws {
    let setting = try await Setting()
    let destination = try await setting.add("partner-one")
    let id = try await setting.room.createAudience().id
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    try await setting.finish(destination)
    let export = try await setting.export(destination)
    #expect(export.requestCount == 2)
    #expect(export.membersPrefix != nil)
    #expect(try setting.files("partner-one").count == 2)
  }

  @Test func destinationsHaveNoCommonIDs() async throws {
    let setting = try await Setting()
    let (id, canonicalID) = try await setting.audience()
    for (bucket, secret) in [("partner-one", UInt8(1)), ("partner-two", 2)] {
      let destination = try await setting.add(bucket, secret: secret)
      try await setting.destinations.connect(audienceID: id, to: destination.id)
      try await setting.finish(destination)
    }
    let file = "in/amc/audience=\(canonicalID)/members-1.parquet"
    #expect(try setting.text(file, in: "partner-one").hasPrefix("1:"))
    #expect(try setting.text(file, in: "partner-two").hasPrefix("2:"))
  }

  enum Ending: CaseIterable {
    case deactivation, deletion, disconnection, removal
  }

  @Test(arguments: Ending.allCases)
  func endingAConnectionRemovesTheMembers(_ ending: Ending) async throws {
    let setting = try await Setting()
    let (id, _) = try await setting.audience()
    let destination = try await setting.add("partner-one")
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    #expect(try setting.files("partner-one").count == 2)
    let now = setting.room.clock.now
    switch ending {
    case .deactivation, .deletion:
      try await setting.room.store.write { transaction in
        var audience = try #require(try transaction.find(AudienceRecord.self, id: id))
        audience.status = ending == .deactivation ? .deactivated : .failed
        try transaction.update(audience)
        if ending == .deactivation { try transaction.requestExports(audienceID: id, at: now) }
      }
      if ending == .deletion {
        try await setting.room.audiences.delete(id: id, instanceID: Fixtures.setup.instanceID)
      }
    case .disconnection: try await setting.destinations.disconnect(audienceID: id, from: destination.id)
    case .removal: try await setting.destinations.remove(id: destination.id)
    }
    try await setting.finish(destination)
    #expect(try setting.files("partner-one").isEmpty)
    let export = try await setting.export(destination)
    #expect(export.membersPrefix == nil)
    #expect(export.exportedAt == nil)
    guard ending == .removal else { return }
    let removed = try #require(
      try await setting.room.store.read { try $0.find(DestinationRecord.self, id: destination.id) })
    #expect(removed.secret.isEmpty)
    #expect(try await setting.destinations.destinations().isEmpty)
  }

  /// A process that ends after the files were written and before that was noted writes the same files again.
  @Test func interruptedExportsTakeEffectOnce() async throws {
    let setting = try await Setting()
    let (id, canonicalID) = try await setting.audience()
    let destination = try await setting.add("partner-one")
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    let export = try await setting.export(destination)
    let buckets = FolderBuckets(root: URL(filePath: setting.folder.file("buckets")))
    let handler = AudienceExportJobHandler(
      store: setting.room.store,
      export: BucketAudienceExport(
        objects: setting.room.objects, buckets: buckets, account: .ofFolders, digests: FakeDigests()),
      clock: setting.room.clock)
    let job = JobRecord(
      kind: .audienceExport, subjectID: "\(export.id).1", instanceID: export.instanceID, accountID: export.accountID,
      createdAt: Fixtures.now)
    let now = setting.room.clock.now
    try await setting.room.store.write { try handler.begin(job, in: $0, at: now) }
    _ = try await handler.compute(job)
    try await setting.finish(destination)
    let folder = "in/amc/audience=\(canonicalID)"
    #expect(try setting.files("partner-one") == ["\(folder)/manifest.json", "\(folder)/members-1.parquet"])
    // Asked for again, nothing is written: the members are there.
    let written = try setting.text("\(folder)/manifest.json", in: "partner-one")
    setting.room.clock.advance(bySeconds: 60)
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    #expect(try setting.text("\(folder)/manifest.json", in: "partner-one") == written)
    #expect(try await setting.export(destination).revision == 1)
  }

  @Test func bucketRefusalsAreReportedAndCanBeRetried() async throws {
    let setting = try await Setting()
    let (id, _) = try await setting.audience()
    let destination = try await setting.add("partner-three")
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    let problem = try #require(try await setting.export(destination).problem)
    #expect(problem.hasPrefix("There is no bucket"))
    #expect(!problem.contains("partner-three"))
    try await FolderBuckets(root: URL(filePath: setting.folder.file("buckets"))).make(
      "partner-three", granting: .ofFolders)
    try await setting.destinations.connect(audienceID: id, to: destination.id)
    try await setting.finish(destination)
    #expect(try await setting.export(destination).problem == nil)
    #expect(try setting.files("partner-three").count == 2)
  }

  @Test func invalidDestinationsAreRefused() async throws {
    let setting = try await Setting()
    let destination = try await setting.add("partner-one")
    let secret = [UInt8](repeating: 1, count: 32)
    let instance = Fixtures.setup.instanceID
    let cases: [(bucket: String, prefix: String, instance: String, failure: CleanRoomError)] = [
      ("No bucket", "", instance, .invalidBucket), ("partner-two", "a/../b", instance, .invalidPrefix),
      ("partner-two", "", "nothing", .unknownInstance), ("partner-one", "/in/amc/", instance, .placeTaken),
    ]
    for expected in cases {
      await #expect(throws: expected.failure) {
        _ = try await setting.destinations.add(
          name: "N", bucket: expected.bucket, prefix: expected.prefix, instanceID: expected.instance, secret: secret)
      }
    }
    await #expect(throws: CleanRoomError.noExportableAudience) {
      try await setting.destinations.connect(audienceID: "nothing", to: destination.id)
    }
    await #expect(throws: CleanRoomError.unknownDestination) {
      try await setting.destinations.connect(audienceID: "nothing", to: "nothing")
    }
    await #expect(throws: CleanRoomError.unknownDestination) {
      try await setting.destinations.remove(id: "nothing")
    }
    let (id, _) = try await setting.audience()
    await #expect(throws: CleanRoomError.notConnected) {
      try await setting.destinations.disconnect(audienceID: id, from: destination.id)
    }
    try await setting.room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let other = try await setting.destinations.add(
      name: "Other", bucket: "partner-two", prefix: "", instanceID: Fixtures.otherSetup.instanceID, secret: secret)
    await #expect(throws: CleanRoomError.otherInstance) {
      try await setting.destinations.connect(audienceID: id, to: other.id)
    }
  }
}
