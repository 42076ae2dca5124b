import Foundation
import ObjectStorage
import Testing

@Suite struct LocalFolderStorageTests {
  let temporary: TemporaryStorage
  var storage: LocalFolderStorage { temporary.storage }

  init() throws { temporary = try TemporaryStorage() }

  /// The operating system's reason is not lost on the way through Foundation.
  @Test func errorsKeepTheirCode() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "adyton-file-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: StorageError(.notFound)) { try LocalFolderStorage(root: file.appending(path: "below")) }
  }

  @Test func stagingIsEmptyAfterwards() async throws {
    try await storage.put(Data("x".utf8), at: ObjectKey("a"))
    #expect(temporary.leftInStaging.isEmpty)
  }

  @Test func aFolderHasNoURLs() throws {
    #expect(try storage.presignedURL(for: ObjectKey("a"), fileName: "a.csv", seconds: 60) == nil)
  }

  @Test func onlyTheOwnerCanReadObjects() async throws {
    let key = try ObjectKey("secrets/key")
    try await storage.put(Data("x".utf8), at: key)
    let path = try await storage.engineLocation(of: key).path
    let file = try FileManager.default.attributesOfItem(atPath: path)
    let folder = try FileManager.default.attributesOfItem(atPath: URL(filePath: path).deletingLastPathComponent().path)
    #expect(file[.posixPermissions] as? Int == 0o600)
    #expect(folder[.posixPermissions] as? Int == 0o700)
  }

  @Test func rootsThatLookLikePatternsAreRefused() {
    #expect(throws: StorageError(.invalidKey)) {
      try LocalFolderStorage(root: temporary.folder.appending(path: "data*"))
    }
  }

  @Test func aFileInsteadOfAFolderIsAnError() async throws {
    try await storage.put(Data("x".utf8), at: ObjectKey("a"))
    await #expect(throws: StorageError.self) { try await storage.put(Data("y".utf8), at: ObjectKey("a/b")) }
    #expect(try await storage.get(ObjectKey("a")) == Data("x".utf8))
  }
}
