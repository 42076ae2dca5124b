import Foundation
import ObjectStorage
import S3TestSupport
import Synchronization
import Testing

@testable import Warehouse

/// Work that ends at any point, as by a kill: from some point on, no change reaches the storage.
@Suite struct InterruptedUploadTests {
  private static let stepsMax = 60

  @Test func uploadsAreAtomic() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.events(.day))
    try await fixture.load("what,at\na,2026-01-01T10:00:00Z\nb,2026-01-02T10:00:00Z\n")
    let upload = "what,at\nc,2026-01-02T10:00:00Z\nd,2026-01-03T10:00:00Z\n"
    var isDone = false
    for step in 0..<Self.stepsMax where !isDone {
      let storage = EndingStorage(fixture.store.storage, changes: step)
      let store = DataSetStore(storage: storage, settings: fixture.store.settings, now: fixture.store.now)
      do {
        try await fixture.load(upload, id: "x", strategy: .overlapReplace, in: store)
        isDone = true
      } catch let error as StorageError {
        #expect(error.code == .unreachable)
      }
      let rows = try await fixture.rows("SELECT what FROM data ORDER BY what").map { $0[0] }
      #expect(rows == ["a", "b"] || rows == ["a", "c", "d"], "after \(step) changes")
      #expect(!isDone || rows == ["a", "c", "d"])
    }
    #expect(isDone)
    // Repeated by a client that does not know that it is done.
    #expect(try await fixture.load(upload, id: "x", strategy: .overlapReplace).outputRowCount == 2)
    try await fixture.load("what,at\ne,2026-01-04T10:00:00Z\n")
    let manifest = try await fixture.manifest
    #expect(manifest.rowCount == 4)
    #expect(try fixture.storedFiles().count == manifest.files.count + manifest.retired.count)
  }

  @Test func repeatingAnInterruptedRemovalCompletesIt() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna"])
    let hash = DataSetFixture.hash("anna@example.com")
    let header = "email,product,purchase_time\n"
    try await fixture.load(
      header
        + "\(hash),of-anna,2026-01-01T10:00:00Z\n,other,2026-01-01T10:00:00Z\n\(hash),of-anna,2026-01-02T10:00:00Z\n")
    let expression = try await fixture.secret.keyExpression(of: "'anna'")
    let key = try await TrustedSession.with(fixture.files.warehouse.settings) { session in
      try await session.rows("SELECT \(expression)").first?.first?.integer
    }
    let anna = Int64(try #require(key))
    var isDone = false
    for step in 0..<Self.stepsMax where !isDone {
      let storage = EndingStorage(fixture.store.storage, changes: step)
      let store = DataSetStore(storage: storage, settings: fixture.store.settings, now: fixture.store.now)
      do {
        _ = try await store.removeUsers([anna], from: fixture.schema.layout, instanceID: DataSetFixture.instanceID)
        isDone = true
      } catch let error as StorageError {
        #expect(error.code == .unreachable)
      }
      #expect(try await fixture.rows("SELECT product FROM data WHERE product = 'other'") == [["other"]])
    }
    #expect(isDone)
    #expect(try fixture.holds(Data("of-anna".utf8)) == false)
    #expect(try await fixture.rows("SELECT product FROM data") == [["other"]])
  }

  /// A column whose deletion is interrupted is deleted by the next try.
  @Test func repeatingAnInterruptedColumnDeletionCompletesIt() async throws {
    var fixture = try await DataSetFixture(DataSetFixture.products)
    try await fixture.load("sku,title\n1,Unforgettable\n")
    _ = fixture.schema.removeColumn(named: "title")
    var isDone = false
    for step in 0..<Self.stepsMax where !isDone {
      let storage = EndingStorage(fixture.store.storage, changes: step)
      let store = DataSetStore(storage: storage, settings: fixture.store.settings, now: fixture.store.now)
      do {
        try await store.rewrite(fixture.schema.layout, instanceID: DataSetFixture.instanceID)
        isDone = true
      } catch let error as StorageError {
        #expect(error.code == .unreachable)
      }
      #expect(try await fixture.rows("SELECT sku FROM data") == [["1"]])
    }
    #expect(isDone)
    #expect(try fixture.holds(Data("Unforgettable".utf8)) == false)
  }
}

/// A storage that accepts a number of changes and then none.
struct EndingStorage: ForwardingStorage {
  private final class Changes: Sendable {
    let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
  }

  let base: any ObjectStorage
  private let changes: Changes

  init(_ base: any ObjectStorage, changes: Int) {
    self.base = base
    self.changes = Changes(changes)
  }

  private func change() throws(StorageError) {
    let isLeft = changes.left.withLock { left in
      left -= 1
      return left >= 0
    }
    guard isLeft else { throw StorageError(.unreachable) }
  }

  func put(_ data: Data, at key: ObjectKey) async throws(StorageError) {
    try change()
    try await base.put(data, at: key)
  }
  func putIfAbsent(_ data: Data, at key: ObjectKey) async throws(StorageError) -> Bool {
    try change()
    return try await base.putIfAbsent(data, at: key)
  }
  func put(_ data: Data, at key: ObjectKey, replacing version: ObjectVersion?) async throws(StorageError) -> Bool {
    try change()
    return try await base.put(data, at: key, replacing: version)
  }
  func publish(_ file: StagedFile, as key: ObjectKey) async throws(StorageError) {
    try change()
    try await base.publish(file, as: key)
  }
  func delete(_ key: ObjectKey) async throws(StorageError) {
    try change()
    try await base.delete(key)
  }
}
