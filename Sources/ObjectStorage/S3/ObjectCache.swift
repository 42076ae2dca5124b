import Foundation
import Synchronization

/// Copies of remote objects on the local disk, for an engine that reads files.
///
/// Meant for objects that never change under their key, as files of signals: a copy that is there is not asked about
/// again. Copies that nobody holds make room for others, the one that was wanted longest ago first. The folder goes
/// with the process.
actor ObjectCache {
  /// An object that is about to be fetched.
  struct Source: Sendable {
    var byteCount: Int
    var fetch: @Sendable () async throws(StorageError) -> Void
  }

  /// Finds an object; throws `storage_not_found`. What it returns writes it into a file.
  typealias Finder = @Sendable (_ key: ObjectKey, _ file: URL) async throws(StorageError) -> Source

  private struct Copy {
    let file: URL
    var fetching: Task<Result<Void, StorageError>, Never>?
    var byteCount = 0
    let holders = Holders()
    var lastWanted = 0
  }

  /// The number of holds on each copy. A hold is given up at once and from anywhere, so that the next request finds the
  /// room that there is.
  private final class Holders: Sendable {
    private let count = Mutex(0)

    var isEmpty: Bool { count.withLock { $0 == 0 } }

    func hold() -> EngineLocation.Hold {
      count.withLock { $0 += 1 }
      return EngineLocation.Hold { self.count.withLock { $0 -= 1 } }
    }
  }

  private let area: StagingArea
  private let byteLimit: Int
  private let find: Finder
  private var copies: [ObjectKey: Copy] = [:]
  private var fileCount = 0
  private var wishCount = 0

  /// A cache in that folder, which it keeps until it goes itself.
  init(area: StagingArea, byteLimit: Int, find: @escaping Finder) {
    self.area = area
    self.byteLimit = byteLimit
    self.find = find
  }

  /// The size of all copies, in bytes.
  var byteCount: Int { copies.values.reduce(0) { $0 + $1.byteCount } }

  /// The copy of an object, which stays for as long as the location does. Throws `storage_full` when the copies that
  /// are held leave no room for it.
  func location(of key: ObjectKey) async throws(StorageError) -> EngineLocation {
    var copy = copies[key] ?? begin(key)
    wishCount += 1
    copy.lastWanted = wishCount
    copies[key] = copy
    let hold = copy.holders.hold()
    if let fetching = copy.fetching {
      try await fetching.value.get()
      guard !Task.isCancelled else { throw StorageError(.cancelled) }
    }
    return EngineLocation(path: copy.file.path(percentEncoded: false), hold: hold)
  }

  /// Makes the next wish for the object fetch it again.
  func forget(_ key: ObjectKey) {
    guard let copy = copies.removeValue(forKey: key) else { return }
    // A holder can go on reading an open file. A path that is opened after this has no file behind it.
    try? FileManager.default.removeItem(at: copy.file)
  }

  /// Starts to fetch an object, which goes on when the one who asked first no longer waits: others may.
  private func begin(_ key: ObjectKey) -> Copy {
    fileCount += 1
    let file = area.folder.appending(path: "object-\(fileCount)")
    return Copy(file: file, fetching: Task { await fetch(key, into: file) })
  }

  private func fetch(_ key: ObjectKey, into file: URL) async -> Result<Void, StorageError> {
    do throws(StorageError) {
      let source = try await find(key, file)
      try makeRoom(for: source.byteCount)
      guard copies[key]?.file == file else { throw StorageError(.notFound) }
      copies[key]?.byteCount = source.byteCount
      try await source.fetch()
      if copies[key]?.file == file { copies[key]?.fetching = nil }
      return .success(())
    } catch {
      if copies[key]?.file == file { copies[key] = nil }
      try? FileManager.default.removeItem(at: file)
      return .failure(error)
    }
  }

  private func makeRoom(for wanted: Int) throws(StorageError) {
    var free = byteLimit - byteCount
    let idle = copies.filter { $0.value.holders.isEmpty && $0.value.fetching == nil }
    for (key, copy) in idle.sorted(by: { $0.value.lastWanted < $1.value.lastWanted }) where free < wanted {
      free += copy.byteCount
      copies[key] = nil
      try? FileManager.default.removeItem(at: copy.file)
    }
    guard free >= wanted else { throw StorageError(.full) }
  }
}
