import Base
import Foundation
import S3TestSupport
import Synchronization
import Testing

@testable import ObjectStorage

/// Objects are compared with what was written before an engine reads them.
@Suite struct VerifiedReadingTests {
  private static let content = Data("rows of one day".utf8)
  private static let expected = ExpectedObject(ObjectDigest(of: content))

  /// Ways to damage an object, with the fault that each is told as.
  enum Damage: String, CaseIterable {
    case flippedBit, truncated, longer, otherFile, removed

    var fault: ObjectDamage.Fault {
      switch self {
      case .flippedBit, .otherFile: .content
      case .truncated, .longer: .length
      case .removed: .missing
      }
    }

    func apply(to key: ObjectKey, in storage: any ObjectStorage) async throws {
      var data = VerifiedReadingTests.content
      switch self {
      case .flippedBit: data[3] ^= 0x10
      case .truncated: data.removeLast()
      case .longer: data.append(0)
      case .otherFile: data = Data("rows of another".utf8)
      case .removed: return try await storage.delete(key)
      }
      try await storage.put(data, at: key)
    }
  }

  @Test(arguments: StorageKind.allCases, Damage.allCases)
  func damageIsFoundAndNamed(_ kind: StorageKind, _ damage: Damage) async throws {
    let test = try await AnyTestStorage(kind)
    let key = try ObjectKey("instances/shop/signals/clicks/day=2026-01-31/part-a.parquet")
    try await test.storage.put(Self.content, at: key)
    let location = try await test.storage.engineLocation(of: key, expecting: Self.expected, for: .query)
    #expect(try Data(contentsOf: location.fileURL) == Self.content)
    try await damage.apply(to: key, in: test.storage)
    for use in [ObjectUse.query, .rewriting] {
      let error = await #expect(throws: StorageError.self) {
        try await test.storage.engineLocation(of: key, expecting: Self.expected, for: use)
      }
      #expect(error?.code == .corrupt)
      #expect(error?.damage == ObjectDamage(damage.fault, of: key))
    }
  }

  @Test func anObjectOfWhichNothingIsKnownIsAccepted() async throws {
    let test = try TemporaryStorage()
    let key = try ObjectKey("a/b")
    try await test.storage.put(Self.content, at: key)
    let nothing = ExpectedObject(byteCount: nil, sha256: nil)
    _ = try await test.storage.engineLocation(of: key, expecting: nothing, for: .rewriting)
    let length = ExpectedObject(byteCount: Self.content.count + 1, sha256: nil)
    let error = await #expect(throws: StorageError.self) {
      try await test.storage.engineLocation(of: key, expecting: length, for: .query)
    }
    #expect(error?.damage?.fault == .length)
  }

  /// Anyone who writes into a file can set its time of change back, but not the time at which its attributes changed.
  @Test func aFileThatChangesAfterItsFirstCheckIsFound() throws {
    let folder = TestFolder()
    let (file, verifier) = try Self.fileAndVerifier(in: folder)
    let (path, key) = (file.path(percentEncoded: false), try ObjectKey("a/b"))
    try verifier.check(path, of: key, is: Self.expected, for: .query)
    #expect(verifier.needsContent(file, Self.expected) == false)
    let before = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    // The times of files go in steps: written until the next one has come.
    while !verifier.needsContent(file, Self.expected) {
      let handle = try FileHandle(forWritingTo: file)
      try handle.write(contentsOf: Data("R".utf8))
      try handle.close()
      try FileManager.default.setAttributes([.modificationDate: before], ofItemAtPath: path)
    }
    let error = #expect(throws: StorageError.self) {
      try verifier.check(path, of: key, is: Self.expected, for: .query)
    }
    #expect(error?.damage?.fault == .content)
    withExtendedLifetime(folder) {}
  }

  /// A file that has just been written may be written again without a new time: it is compared once more.
  @Test func freshFilesAreComparedAgain() throws {
    let folder = TestFolder()
    let (file, verifier) = try Self.fileAndVerifier(in: folder, at: 0)
    try verifier.check(file.path(percentEncoded: false), of: try ObjectKey("a/b"), is: Self.expected, for: .query)
    #expect(verifier.needsContent(file, Self.expected))
    withExtendedLifetime(folder) {}
  }

  private static func fileAndVerifier(
    in folder: TestFolder, at wallNanoseconds: Int64 = .max,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) throws -> (URL, FileVerifier) {
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    let file = folder.url.appending(path: "file")
    try content.write(to: file)
    return (file, FileVerifier(.changed, now: now, wallNanoseconds: { wallNanoseconds }))
  }

  @Test func whenFilesAreComparedIsASetting() async throws {
    let folder = TestFolder()
    let root = folder.url.appending(path: "objects")
    let key = try ObjectKey("a/b")
    try await LocalFolderStorage(root: root).put(Data("rows of another".utf8), at: key)
    let never = try LocalFolderStorage(root: root, verification: .never)
    _ = try await never.engineLocation(of: key, expecting: Self.expected, for: .query)
    // What is written again gets a new checksum, so that it is compared in any case.
    for (storage, use) in [
      (never, ObjectUse.rewriting), (try LocalFolderStorage(root: root, verification: .always), .query),
      (try LocalFolderStorage(root: root, verification: .changed), .query),
    ] {
      let error = await #expect(throws: StorageError.self) {
        try await storage.engineLocation(of: key, expecting: Self.expected, for: use)
      }
      #expect(error?.damage?.fault == .content)
    }
    let shorter = ExpectedObject(byteCount: 3, sha256: Self.expected.sha256)
    await #expect(throws: StorageError(.corrupt)) {
      try await never.engineLocation(of: key, expecting: shorter, for: .query)
    }
    withExtendedLifetime(folder) {}
  }

  /// A checked file counts as unchanged for a day, and is compared again then: the first read of a day is a full one.
  @Test func unchangedFilesAreComparedOnceADay() throws {
    let folder = TestFolder()
    let time = Mutex(ContinuousClock.now)
    let (file, verifier) = try Self.fileAndVerifier(in: folder, now: { time.withLock { $0 } })
    let key = try ObjectKey("a/b")
    func isRead(_ expected: ExpectedObject) -> Bool {
      // A file that is not read can't be found to be another one.
      (try? verifier.check(file.path(percentEncoded: false), of: key, is: expected, for: .query)) == nil
    }
    try verifier.check(file.path(percentEncoded: false), of: key, is: Self.expected, for: .query)
    #expect(verifier.needsContent(file, Self.expected) == false)
    #expect(isRead(ExpectedObject(byteCount: Self.content.count, sha256: "another")))
    time.withLock { $0 += FileVerifier.lifetime }
    #expect(verifier.needsContent(file, Self.expected))
    try verifier.check(file.path(percentEncoded: false), of: key, is: Self.expected, for: .query)
    #expect(verifier.needsContent(file, Self.expected) == false)
    try Data("rows of one day, and more".utf8).write(to: file)
    #expect(verifier.needsContent(file, Self.expected))
    withExtendedLifetime(folder) {}
  }

  @Test func errorsNameTheObjectInTheLogAlone() throws {
    let key = try ObjectKey("instances/shop/signals/clicks/part-a.parquet")
    let error = StorageError(damage: ObjectDamage(.content, of: key)).about("clicks", day: "2026-01-31")
    #expect(error.message.contains("clicks of 2026-01-31"))
    #expect(!error.description.contains("part-a"))
    #expect(error.logDescription == "storage_corrupt (content: \(key))")
    #expect(StorageError(.full).about("clicks").damage == nil)
  }

  @Test(arguments: [
    (ENOSPC, StorageError.Code.full), (EDQUOT, .full), (EFBIG, .full), (EMFILE, .exhausted), (ENFILE, .exhausted),
    (EROFS, .denied), (EACCES, .denied), (EPERM, .denied), (ENOENT, .notFound), (EIO, .failed), (ELOOP, .failed),
  ])
  func errorNumbersHaveTheirCode(_ number: Int32, _ code: StorageError.Code) {
    #expect(StorageError(errno: number).code == code)
    #expect(StorageError(errno: number).isTransientFailure == (code != .notFound))
  }
}

extension FileVerifier {
  /// Whether a query would have the file read.
  fileprivate func needsContent(_ file: URL, _ expected: ExpectedObject) -> Bool {
    guard let descriptor = try? FileDescriptor(opening: file.path(percentEncoded: false), flags: O_RDONLY),
      let identity = try? descriptor.identity(), let sha256 = expected.sha256
    else { return true }
    return needsContent(file.path(percentEncoded: false), identity, sha256, .query)
  }
}

/// A place that can't be looked at is no empty one: nothing is taken for missing that only can't be read.
@Suite struct UnreadableFolderTests {
  /// A link to itself can be looked at by nobody, whatever rights the process has.
  @Test func whatCannotBeLookedAtIsAnError() async throws {
    let test = try TemporaryStorage()
    let key = try ObjectKey("instances/shop")
    let path = test.storage.root.appending(path: "instances/shop").path(percentEncoded: false)
    try FileManager.default.createDirectory(
      at: test.storage.root.appending(path: "instances"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    let below = try key.appending("manifest.json")
    for object in [key, below] {
      await #expect(throws: StorageError(.failed)) { try await test.storage.byteCount(of: object) }
      await #expect(throws: StorageError(.failed)) { try await test.storage.versioned(object) }
      await #expect(throws: StorageError(.failed)) { try await test.storage.get(object) }
    }
    await #expect(throws: StorageError(.failed)) { try await test.storage.list(under: key) }
    await #expect(throws: StorageError(.failed)) { try await test.storage.list(under: ObjectKey("instances")) }
  }

  @Test func linksToNothingAreNoObjects() async throws {
    let test = try TemporaryStorage()
    let folder = test.storage.root.appending(path: "a")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "gone").path(percentEncoded: false), withDestinationPath: "nowhere")
    try await test.storage.put(Data("x".utf8), at: ObjectKey("a/b"))
    #expect(try await test.storage.list(under: ObjectKey("a")).map(\.key.value) == ["a/b"])
    #expect(try await test.storage.byteCount(of: ObjectKey("a/gone")) == nil)
  }
}
