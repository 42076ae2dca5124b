import AdvertiserData
import Base
import CleanRoom
import FirstPartyData
import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport
import Synchronization
import TestSupport
import Testing
import Warehouse

/// The people of a request to delete them are kept while a job will do so, wherever a process ends, and no longer.
@Suite(.hangLimit)
struct UserDeletionCrashTests {
  private static let people = [PersonIdentity([.email: "hash"], countryCode: nil)]

  private static func service(_ room: Room, _ objects: any ObjectStorage) -> UserDeletionService {
    UserDeletionService(
      store: room.store, objects: objects, clock: room.clock, identifiers: RandomIdentifierGenerator(),
      wakeRunner: {})
  }

  private static func keys(_ room: Room) async throws -> [String] {
    try await room.objectKeys().filter { $0.contains("/userDeletions/") }
  }

  private static func requests(_ room: Room) async throws -> [UserDeletionRecord] {
    try await room.store.read {
      try $0.userDeletions(instanceID: Fixtures.setup.instanceID, before: .max, limit: 10)
    }
  }

  @Test func peopleOfARequestThatWasNotTakenAreForgotten() async throws {
    let room = try await Room()
    let copies = Mutex<[TemporaryFolder]>([])
    let objects = WatchedStorage(base: room.objects) {
      let copy = try? room.copyAsAfterACrash()
      copies.withLock { $0 += copy.map { [$0] } ?? [] }
    }
    let taken = try await Self.service(room, objects).create(Self.people, in: try await room.instance)
    let folders = copies.withLock { $0 }
    #expect(folders.count == 2, "The process ended before the people were written, and after.")
    for folder in folders {
      let next = try await Room(folder: folder)
      try await Self.service(next, next.objects).removeLeftovers()
      #expect(try await Self.keys(next) == [])
      #expect(try await Self.requests(next) == [])
    }
    // It was taken: the next process does it.
    let last = try await Room(folder: try room.copyAsAfterACrash())
    try await Self.service(last, last.objects).removeLeftovers()
    #expect(try await Self.keys(last).count == 1)
    #expect(try await Self.requests(last).map(\.id) == [taken.id])
  }

  @Test func peopleOfRequestsThatAreOverAreForgotten() async throws {
    let room = try await Room()
    let service = Self.service(room, room.objects)
    let instance = try await room.instance
    let (waiting, failed) = (
      try await service.create(Self.people, in: instance), try await service.create(Self.people, in: instance)
    )
    try await room.store.write { transaction in
      var record = failed
      record.sequence = try transaction.find(UserDeletionRecord.self, id: failed.id)?.sequence
      record.status = .failed
      try transaction.update(record)
    }
    // Of a request of which there is no record any more.
    let folder = "instances/\(instance.id)/userDeletions"
    try await room.objects.put(Data("[]".utf8), at: ObjectKey("\(folder)/unknown.json"))
    try await service.removeLeftovers()
    #expect(try await Self.keys(room) == ["\(folder)/\(waiting.id).json"])
  }

  @Test func aRequestWhosePeopleCannotBeKeptIsNotTaken() async throws {
    let room = try await Room()
    let objects = WatchedStorage(base: room.objects, refuses: true) {}
    await #expect(throws: StorageError.self) {
      try await Self.service(room, objects).create(Self.people, in: try await room.instance)
    }
    #expect(try await Self.requests(room) == [])
    #expect(try await Self.keys(room) == [])
  }
}

/// A storage that tells somebody before and after it writes an object, or refuses to write any.
private struct WatchedStorage: ForwardingStorage {
  let base: any ObjectStorage
  var refuses = false
  let watcher: @Sendable () -> Void

  func put(_ data: Data, at key: ObjectKey) async throws(StorageError) {
    watcher()
    if refuses { throw StorageError(.unreachable) }
    try await base.put(data, at: key)
    watcher()
  }
}
