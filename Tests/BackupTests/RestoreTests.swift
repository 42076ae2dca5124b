import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import Synchronization
import Testing

@testable import Backup
@testable import Warehouse

/// Restoring: nothing counts before everything was compared, and what was interrupted goes on.
@Suite struct RestoreTests {
  /// A storage that takes a number of objects and then none.
  private struct FullStorage: ForwardingStorage {
    private final class Left: Sendable {
      let count: Mutex<Int>
      init(_ count: Int) { self.count = Mutex(count) }
    }

    let base: any ObjectStorage
    private let left: Left

    init(_ base: any ObjectStorage, objects count: Int) { (self.base, left) = (base, Left(count)) }

    func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
      let isLeft = left.count.withLock { count in
        count -= 1
        return count >= 0
      }
      guard isLeft else { throw StorageError(.full) }
      try await base.publish(file, as: key)
    }
  }

  @Test func anInterruptedRestorationGoesOn() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    let count = try await server.work(to: place.repository).run(keeping: 1).manifest.objects.count
    let backup = try await place.repository.backup(id: nil)
    for done in 0..<count {
      let restored = try await RestoredServer()
      let full = FullStorage(restored.objects, objects: done)
      await #expect(throws: StorageError(.full)) {
        try await restored.work(from: place.repository, objects: full).run(backup)
      }
      #expect(!restored.hasStore)
      _ = try await restored.work(from: place.repository).run(backup)
      #expect(try await restored.inspect().findings.isEmpty)
    }
  }

  @Test func onlyAnEmptyPlaceIsRestoredTo() async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    _ = try await server.work(to: place.repository).run(keeping: 1)
    let backup = try await place.repository.backup(id: nil)
    let restored = try await RestoredServer()
    _ = try await restored.work(from: place.repository).run(backup)
    await #expect(throws: BackupError.notEmpty) { try await restored.work(from: place.repository).run(backup) }
    let other = try await RestoredServer()
    try await other.objects.put(Data("x".utf8), at: try ObjectKey("instances/a/b"))
    await #expect(throws: BackupError.notEmpty) { try await other.work(from: place.repository).run(backup) }
    #expect(!other.hasStore)
  }

  /// The faults that a backup can have.
  enum Fault: String, CaseIterable {
    case damagedObject, missingObject, damagedStore, missingStore, damagedManifest, shortManifest
  }

  @Test(arguments: Fault.allCases)
  func aDamagedBackupIsNotRestoredAndAnotherOneIs(_ fault: Fault) async throws {
    let server = try await BackupServer()
    let place = try await TestRepository()
    let good = try await server.work(to: place.repository).run(keeping: 3).manifest
    try await server.load("clicks", "rows of the damaged backup")
    let damaged = try await server.work(to: place.repository).run(keeping: 3).manifest
    let all = try await place.repository.backups()
    let summary = try #require(all.first { $0.id == damaged.id })
    let new = try #require(damaged.objects.first { !good.digests.contains($0.digest) && $0.name.hasSuffix(".parquet") })
    let key =
      switch fault {
      case .damagedObject, .missingObject: try BackupRepository.objectKey(new.digest)
      case .damagedStore, .missingStore: try BackupRepository.metadataKey(damaged.id)
      case .damagedManifest, .shortManifest: summary.manifestKey
      }
    var data = try await place.storage.get(key)
    switch fault {
    case .damagedObject, .damagedStore, .damagedManifest:
      data[data.count / 2] ^= 4
      try await place.storage.put(data, at: key)
    case .shortManifest: try await place.storage.put(data.dropLast(3), at: key)
    case .missingObject, .missingStore: try await place.storage.delete(key)
    }
    let inspected = try await BackupInspection(place.repository).run()
    #expect(!inspected.report.isFine)
    #expect(
      inspected.report.findings.allSatisfy { finding in
        if case .damagedBackup(damaged.id, _) = finding.problem { true } else { false }
      })
    let restored = try await RestoredServer()
    let error = await #expect(throws: BackupError.self) {
      try await restored.work(from: place.repository).run(summary)
    }
    guard case .damagedBackup(damaged.id, _) = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(!restored.hasStore)
    let other = try await RestoredServer()
    _ = try await other.work(from: place.repository).run(try #require(all.first { $0.id == good.id }))
    #expect(try await other.inspect().isFine)
  }
}
