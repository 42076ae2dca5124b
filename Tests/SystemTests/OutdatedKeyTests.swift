import Foundation
import Testing

/// Data folders that an earlier release made, whose user keys are MD5 hashes.
@Suite struct OutdatedKeyTests {
  private let folder: URL
  private var data: String { folder.appending(path: "data").path() }
  private var objects: URL { folder.appending(path: "data/objects") }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-outdated-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ contents: Data, at path: String) throws {
    let file = objects.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try contents.write(to: file)
  }

  private func makeInstance() throws {
    let made = try Program.run(
      "admin", "instance", "create", "--data", data, "--id", "one", "--name", "One")
    #expect(made.status == 0, "\(made.errors)")
  }

  @Test func signalsAreRefusedUntilTheObjectsAreMovedAway() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try makeInstance()
    try write(Data(repeating: 7, count: 32), at: "instances/one/user-key.secret")
    let served = try Program.run("serve", "--data", data, "--port", "0")
    #expect(served.status == 1)
    #expect(served.errors.contains("MD5") && served.errors.contains("adyton load"), "\(served.errors)")
    let file = folder.appending(path: "preferences.csv")
    try Data("user_id,opted_out\nu,true\n".utf8).write(to: file)
    func load() throws -> Program.Output {
      try Program.run("load", "user_preferences", file.path(), "--instance", "one", "--data", data)
    }
    let refused = try load()
    #expect(refused.status == 1)
    #expect(refused.errors.contains("storage_outdated"), "\(refused.errors)")
    try FileManager.default.moveItem(at: objects, to: folder.appending(path: "objects-before"))
    let loaded = try load()
    #expect(loaded.status == 0, "\(loaded.errors)")
  }

  @Test func anIdentityGraphIsRefusedUntilItIsDeleted() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try makeInstance()
    let manifest = #"{"format":1,"generation":1,"links":[],"retired":[],"users":{"count":1,"name":"users-a.parquet"}}"#
    try write(Data(manifest.utf8), at: "identity/ATVPDKIKX0DER/manifest.json")
    try write(Data(repeating: 7, count: 32), at: "identity/ATVPDKIKX0DER/link.secret")
    let served = try Program.run("serve", "--data", data, "--port", "0")
    #expect(served.status == 1)
    #expect(served.errors.contains("adyton identity load"), "\(served.errors)")
    let people = folder.appending(path: "people.csv")
    try Data("user_id,maid\na,38400000-8cf0-11bd-b23e-10b96e40000d\n".utf8).write(to: people)
    func identity(_ arguments: String...) throws -> Program.Output {
      try Program.run(["identity"] + arguments + ["--marketplace", "ATVPDKIKX0DER", "--data", data])
    }
    #expect(try identity("load", people.path()).errors.contains("storage_outdated"))
    let deleted = try identity("delete")
    #expect(deleted.status == 0 && deleted.text.contains("earlier release"), "\(deleted.errors)")
    #expect(try identity("load", people.path()).status == 0)
  }
}
