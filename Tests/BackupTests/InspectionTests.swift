import CleanRoom
import Foundation
import GRDB
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport
import Testing

@testable import Backup
@testable import Warehouse

/// `adyton verify` finds each kind of damage, names the object, and says what to do.
@Suite struct InspectionTests {
  private static func file(_ server: BackupServer) async throws -> ObjectKey {
    let manifest = try await server.signals.manifest(of: "clicks", instanceID: BackupServer.instanceID)
    return try SignalKeys(instanceID: BackupServer.instanceID).file(manifest.files[0].name, of: "clicks")
  }

  @Test(arguments: StorageKind.allCases)
  func anUntouchedServerIsFine(_ kind: StorageKind) async throws {
    let server = try await BackupServer(on: kind)
    let report = try await server.inspection.run()
    #expect(report.isFine && report.findings.isEmpty && report.advice.isEmpty)
    #expect(report.checkedCount == 2)
    #expect(report.checkedByteCount == "first rows".utf8.count)
    #expect(report.auditHead?.sequence ?? 0 > 0)
  }

  enum Fault: String, CaseIterable {
    case flippedBit, truncated, removedFile, removedManifest, foreignManifest, damagedSecret, removedSecret, lostTable
    case damagedResult, missingMembers

    var code: String {
      switch self {
      case .flippedBit, .damagedResult: "object_content"
      case .truncated: "object_length"
      case .removedFile, .removedManifest, .removedSecret, .lostTable, .missingMembers: "object_missing"
      case .foreignManifest: "object_foreign"
      case .damagedSecret: "object_malformed"
      }
    }
  }

  @Test(arguments: StorageKind.allCases, Fault.allCases)
  func eachFaultIsFoundAndNamed(_ kind: StorageKind, _ fault: Fault) async throws {
    let server = try await BackupServer(on: kind)
    let keys = try SignalKeys(instanceID: BackupServer.instanceID)
    let (file, manifest) = (try await Self.file(server), try keys.manifest(of: "clicks"))
    var damaged = file
    switch fault {
    case .flippedBit: try await server.objects.put(Data("First rows".utf8), at: file)
    case .truncated: try await server.objects.put(Data("first row".utf8), at: file)
    case .removedFile: try await server.objects.delete(file)
    case .removedManifest:
      damaged = manifest
      try await server.objects.delete(manifest)
    case .foreignManifest:
      damaged = manifest
      try await server.load("views", "other rows")
      try await server.objects.put(try await server.objects.get(try keys.manifest(of: "views")), at: manifest)
    case .damagedSecret:
      damaged = try keys.userKeySecret()
      try await server.objects.put(Data(repeating: 2, count: 41), at: damaged)
    case .removedSecret:
      damaged = try keys.userKeySecret()
      try await server.objects.delete(damaged)
    case .lostTable:
      damaged = manifest
      try await server.objects.deleteAll(under: try keys.table("clicks"))
    case .damagedResult:
      damaged = try await Self.makeResult(server).appending("result.csv")
      try await server.objects.put(Data("a,3\n".utf8), at: damaged)
    case .missingMembers:
      damaged = try await Self.makeAudience(server)
    }
    let report = try await server.inspection.run()
    #expect(!report.isFine)
    let findings = report.findings.filter(\.isDamage)
    #expect(findings.map(\.code) == [fault.code])
    #expect(findings.first?.object == damaged.value)
    #expect(report.advice.count >= 2, "To restore, or to make it anew.")
  }

  /// A result with its checksums. Returns its folder.
  private static func makeResult(_ server: BackupServer) async throws -> ObjectKey {
    let prefix = try ObjectKey("instances/\(BackupServer.instanceID)/executions/e/attempt-1")
    let file = try await server.objects.stage().file("result.csv")
    try await file.write(Data("a,1\n".utf8))
    let folder = OutputFolder(prefix, in: server.objects)
    try await folder.finish(["result.csv": try await folder.publish(file, as: "result.csv")])
    return prefix
  }

  /// A record of an audience whose members are not there. Returns the prefix of the members.
  private static func makeAudience(_ server: BackupServer) async throws -> ObjectKey {
    let prefix = try ObjectKey("instances/\(BackupServer.instanceID)/audiences/a/attempt-1")
    try await server.store.write { transaction in
      var audience = AudienceRecord(
        id: "a", instanceID: BackupServer.instanceID, advertiserID: Fixtures.setup.displayAdvertiserID,
        advertiserKind: .display, name: "n", audienceDescription: nil, query: "q", timeWindowStart: Fixtures.now,
        timeWindowEnd: Fixtures.now, isTimeWindowRelative: false, refreshRateDays: 0, inputParameters: nil,
        parameterValues: "{}", createdAt: Fixtures.now)
      (audience.status, audience.membersPrefix, audience.memberCount) = (.succeeded, prefix.value, 2_000)
      try transaction.insert(audience)
    }
    return prefix
  }

  @Test func aBrokenAuditLogIsFoundByWhatABackupKnows() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    _ = try await server.work(to: place.repository).run(keeping: 1)
    let heads = try await BackupInspection(place.repository).run().auditHeads
    #expect(try await server.inspection.run(seen: heads).isFine)
    let queue = try DatabaseQueue(path: server.storePath)
    try await queue.write { database in
      try database.execute(
        sql: """
          DROP TRIGGER auditIsNotDeleted; DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit';
          """)
    }
    try queue.close()
    #expect(try await server.inspection.run().isFine)
    let report = try await server.inspection.run(seen: heads)
    #expect(report.findings.map(\.code) == ["audit_broken"])
  }

  @Test func leftOversAreNoDamage() async throws {
    let server = try await BackupServer()
    let table = try SignalKeys(instanceID: BackupServer.instanceID).table("clicks")
    try await server.objects.put(Data("half".utf8), at: table.appending("day=2026-01-01/part-stray.parquet"))
    let report = try await server.inspection.run()
    #expect(report.isFine)
    #expect(report.findings.map(\.code) == ["object_left_over"])
    // Nor are they part of a backup.
    let place = try await TestRepository()
    let manifest = try await server.work(to: place.repository).run(keeping: 1).manifest
    #expect(!manifest.objects.contains { $0.name.contains("stray") })
  }

  @Test func oneInstanceCanBeLookedAtAlone() async throws {
    let server = try await BackupServer()
    try await server.objects.put(Data("First rows".utf8), at: try await Self.file(server))
    #expect(try await server.inspection.run(instanceID: "other").isFine)
    #expect(try await !server.inspection.run(instanceID: BackupServer.instanceID).isFine)
  }
}

/// A store and objects that do not belong together are not used together.
@Suite struct PairingTests {
  @Test func aNewStoreDoesNotTakeTheObjectsOfAnother() async throws {
    let server = try await BackupServer()
    let other = try MetadataStore(path: server.folder.url.appending(path: "new.sqlite").path(percentEncoded: false))
    let error = await #expect(throws: PairingError.self) {
      try await StorePairing(store: other, objects: server.objects).confirm()
    }
    #expect(error?.problem == .storeIsMissing)
    // Also objects of an earlier release, which have no mark.
    try await server.objects.delete(try ObjectKey(StorePairing.objectName))
    let unmarked = await #expect(throws: PairingError.self) {
      try await StorePairing(store: other, objects: server.objects).confirm()
    }
    #expect(unmarked?.problem == .storeIsMissing)
    try await StorePairing(store: server.store, objects: server.objects).confirm()
  }

  @Test func aStoreDoesNotGoOnWithoutItsObjects() async throws {
    let server = try await BackupServer()
    let empty = try await RestoredServer()
    let pairing = StorePairing(store: server.store, objects: empty.objects)
    let error = await #expect(throws: PairingError.self) { try await pairing.confirm() }
    #expect(error?.problem == .objectsAreMissing)
    try await StorePairing.forget(server.store)
    try await pairing.confirm()
    let other = try await BackupServer()
    let mixed = await #expect(throws: PairingError.self) {
      try await StorePairing(store: server.store, objects: other.objects).confirm()
    }
    #expect(mixed?.problem == .otherStore)
  }
}
