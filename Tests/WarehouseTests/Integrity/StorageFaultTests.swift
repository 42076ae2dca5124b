import Foundation
import ObjectStorage
import S3TestSupport
import Synchronization
import Testing

@testable import Warehouse

/// A storage whose machine fails once: at one of its operations, whichever that is.
struct FaultyStorage: ForwardingStorage {
  private final class Count: Sendable {
    let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
  }

  let base: any ObjectStorage
  private let code: StorageError.Code
  private let count: Count

  /// - Parameter operation: The number of the operation that fails, from 0.
  init(_ base: any ObjectStorage, failingAt operation: Int, with code: StorageError.Code) {
    (self.base, self.code, count) = (base, code, Count(operation))
  }

  /// Whether the operation that fails was reached.
  var hasFailed: Bool { count.left.withLock { $0 < 0 } }

  private func operate() throws(StorageError) {
    let fails = count.left.withLock { left in
      left -= 1
      return left == -1
    }
    if fails { throw StorageError(code) }
  }

  func put(_ data: Data, at key: ObjectKey) async throws(StorageError) {
    try operate()
    try await base.put(data, at: key)
  }
  func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try operate()
    return try await base.putIfAbsent(data, at: key)
  }
  func put(_ data: Data, at key: ObjectKey, replacing version: ObjectVersion?) async throws(StorageError) -> Bool {
    try operate()
    return try await base.put(data, at: key, replacing: version)
  }
  func versioned(_ key: ObjectKey) async throws(StorageError) -> VersionedObject? {
    try operate()
    return try await base.versioned(key)
  }
  func get(_ key: ObjectKey) async throws(StorageError) -> Data {
    try operate()
    return try await base.get(key)
  }
  func byteCount(of key: ObjectKey) async throws(StorageError) -> Int? {
    try operate()
    return try await base.byteCount(of: key)
  }
  func list(under prefix: ObjectKey) async throws(StorageError) -> [StoredObject] {
    try operate()
    return try await base.list(under: prefix)
  }
  func delete(_ key: ObjectKey) async throws(StorageError) {
    try operate()
    try await base.delete(key)
  }
  func engineLocation(
    of key: ObjectKey, expecting expected: ExpectedObject, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    try operate()
    return try await base.engineLocation(of: key, expecting: expected, for: use)
  }
  func stage() async throws(StorageError) -> StagingArea {
    try operate()
    return try await base.stage()
  }
  func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try operate()
    try await base.publish(file, as: key)
  }
  func lock(_ key: ObjectKey) async throws(StorageError) -> StorageLock {
    try operate()
    return try await base.lock(key)
  }
}

/// A full disk, a folder that can't be written to, a faulty disk or too many open files, at any operation: the work
/// fails with that reason, nothing is half done, and the same work succeeds once the cause is gone.
@Suite struct StorageFaultTests {
  static let codes: [StorageError.Code] = [.full, .denied, .failed, .exhausted]
  private static let operationLimit = 60

  /// The first load of a table, and the next one.
  @Test(arguments: codes)
  func loadsFailCleanly(_ code: StorageError.Code) async throws {
    let warehouse = try TestWarehouse()
    let rows = try await RowsOfLoads(warehouse)
    func load(into table: String, in storage: any ObjectStorage) async throws {
      let part = StagedPart(file: try await rows.file(), day: 1, rowCount: 1)
      try await SignalStore(storage: storage).publish(
        [part], to: table, instanceID: TestWarehouse.instanceID, mode: .append)
    }
    func fileCount(of table: String) async throws -> Int {
      try await warehouse.snapshot.files(of: table, days: nil).count
    }
    for earlierLoads in [0, 1] {
      var number = 0
      while true {
        let table = "clicks_\(earlierLoads)_\(number)"
        for _ in 0..<earlierLoads { try await load(into: table, in: warehouse.storage) }
        let storage = FaultyStorage(warehouse.storage, failingAt: number, with: code)
        do {
          try await load(into: table, in: storage)
        } catch {
          #expect((error as? StorageError)?.code == code, "operation \(number)")
          #expect(try await fileCount(of: table) == earlierLoads, "operation \(number)")
          try await load(into: table, in: warehouse.storage)
        }
        #expect(try await fileCount(of: table) == earlierLoads + 1, "operation \(number)")
        guard storage.hasFailed else { break }
        number += 1
        try #require(number < Self.operationLimit)
      }
      #expect(number >= 5)
    }
  }

  @Test(arguments: codes)
  func uploadsFailCleanly(_ code: StorageError.Code) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    try await fixture.load("what,at\nold,2026-01-01T10:00:00Z\n")
    let text = "what,at\nnew,2026-01-02T10:00:00Z\n"
    let count = try await withFault(code, atEachOperationOn: fixture.store) { store, number in
      try await fixture.load(text, id: "upload-\(number)", strategy: .overlapReplace, in: store)
    } check: { number in
      let rows = try await fixture.rows("SELECT what FROM data ORDER BY what")
      #expect(rows == [["old"]] || rows == [["new"], ["old"]], "operation \(number)")
      // The same upload again takes effect once.
      try await fixture.load(text, id: "upload-\(number)", strategy: .overlapReplace)
      #expect(try await fixture.rows("SELECT what FROM data ORDER BY what") == [["new"], ["old"]])
    }
    #expect(count >= 5)
  }

  /// A folder that is being removed is empty or as it was, never damaged, wherever the removal ends.
  @Test(arguments: codes)
  func removalsFailCleanly(_ code: StorageError.Code) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    let count = try await withFault(code, atEachOperationOn: fixture.store) { store, _ in
      try await fixture.load("what,at\na,2026-01-01T10:00:00Z\nb,2026-01-02T10:00:00Z\n", strategy: .fullReplace)
      try await store.delete(folder: fixture.schema.folder, instanceID: DataSetFixture.instanceID)
    } check: { number in
      let rows = try await fixture.rows("SELECT what FROM data ORDER BY what")
      #expect(rows == [["a"], ["b"]] || rows == [], "operation \(number)")
      try await fixture.store.delete(folder: fixture.schema.folder, instanceID: DataSetFixture.instanceID)
      #expect(try fixture.storedFiles().isEmpty)
    }
    #expect(count >= 4)
  }

  /// Does `work` with a fault at its first operation, then at its second and so on, until it ends before its fault;
  /// `check` follows each fault. Returns how many operations had one.
  private func withFault(
    _ code: StorageError.Code, atEachOperationOn store: DataSetStore,
    _ work: (DataSetStore, _ number: Int) async throws -> Void, check: (_ number: Int) async throws -> Void
  ) async throws -> Int {
    for number in 0..<Self.operationLimit {
      let storage = FaultyStorage(store.storage, failingAt: number, with: code)
      do {
        try await work(DataSetStore(storage: storage, settings: store.settings, now: store.now), number)
        if !storage.hasFailed { return number }
      } catch {
        #expect((error as? StorageError)?.code == code, "operation \(number)")
      }
      try await check(number)
    }
    Issue.record("The work has more than \(Self.operationLimit) operations.")
    return Self.operationLimit
  }
}

/// Small files for loads, made by one session of the engine.
private struct RowsOfLoads {
  private let warehouse: TestWarehouse
  private let template: URL

  init(_ warehouse: TestWarehouse) async throws {
    self.warehouse = warehouse
    template = warehouse.folder.appending(path: "template.parquet")
    try FileManager.default.createDirectory(at: warehouse.folder, withIntermediateDirectories: true)
    let path = template.path(percentEncoded: false)
    try await TrustedSession.with(warehouse.settings, folders: [warehouse.folder]) { session in
      try await session.execute("COPY (SELECT 1 AS x) TO '\(path)' (\(ParquetOptions.signals))")
    }
  }

  func file() async throws -> StagedFile {
    let file = try await warehouse.storage.stage().file("part.parquet")
    try FileManager.default.copyItem(at: template, to: file.url)
    return file
  }
}
