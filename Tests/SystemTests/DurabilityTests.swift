import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The program and its data under what happens to disks: damage, loss, a full disk; and backups against it.
@Suite(.hangLimit) struct DurabilityTests {
  private static let prepared = Result { try ServerProcess.PreparedFolder(users: 300, days: 2) }

  private static let query = "SELECT device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY device_type"

  private func run(_ server: ServerProcess) async throws -> [String: Any] {
    try await server.execution(Self.query, from: "2025-06-01T00:00:00", to: "2025-07-01T00:00:00")
  }

  /// A file of a table.
  private func file(of table: String, in server: ServerProcess) throws -> URL {
    let folder = server.folder.appending(path: "objects/instances/\(ServerProcess.instanceID)/signals/\(table)")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).sorted()
    return folder.appending(path: try #require(paths.first { $0.hasSuffix(".parquet") }))
  }

  private func verify(_ data: String, _ arguments: String...) throws -> Program.Output {
    try Program.run(["verify", "--data", data] + arguments)
  }

  @Test func aFlippedBitFailsTheQueryAndIsFound() async throws {
    let server = try ServerProcess(try Self.prepared.get())
    let data = server.folder.path()
    let fine = try verify(data)
    #expect(fine.status == 0, "\(fine.text)\(fine.errors)")
    #expect(fine.text.hasPrefix("fine: "))
    try await server.start()
    #expect(try await run(server)["status"] as? String == "SUCCEEDED")
    let file = try file(of: "dsp_impressions", in: server)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 3] ^= 1
    try bytes.write(to: file)
    let execution = try await run(server)
    #expect(execution["status"] as? String == "FAILED")
    let reason = execution["statusReason"] as? String ?? ""
    #expect(reason.contains("engine_damaged_data"))
    let day = try #require(file.path().firstMatch(of: #/day=([0-9-]+)/#)?.1)
    #expect(reason.contains("dsp_impressions of \(day)"), "\(reason)")
    // The server goes on, also with that table as far as it is whole.
    let other = try await server.execution(
      "SELECT COUNT(*) AS n FROM dsp_clicks", from: "2025-06-01T00:00:00", to: "2025-07-01T00:00:00")
    #expect(other["status"] as? String == "SUCCEEDED", "\(other["statusReason"] ?? "")")
    let found = try verify(data)
    #expect(found.status == 1)
    #expect(found.text.contains("object_content: dsp_impressions"))
    #expect(found.text.contains(file.lastPathComponent))
    #expect(found.text.contains("advice: "))
    #expect(try verify(data, "--json").text.contains("\"isFine\" : false"))
    #expect(server.stop() == 0)
  }

  @Test(arguments: [true, false])
  func aLostStoreIsNotStartedAnew(_ isEmptied: Bool) throws {
    let server = try ServerProcess(try Self.prepared.get())
    let data = server.folder.path()
    for name in ["metadata.sqlite", "metadata.sqlite-wal", "metadata.sqlite-shm"] {
      try? FileManager.default.removeItem(at: server.folder.appending(path: name))
    }
    if isEmptied { try Data().write(to: server.folder.appending(path: "metadata.sqlite")) }
    for arguments in [
      ["serve", "--data", data, "--port", "0"], ["admin", "instance", "list", "--data", data],
      ["admin", "instance", "create", "--data", data, "--id", "new", "--name", "New"],
    ] {
      let refused = try Program.run(arguments)
      #expect(refused.status == 1, "\(arguments)")
      #expect(refused.errors.contains("metadata.sqlite is missing"), "\(refused.errors)")
      #expect(refused.errors.contains("adyton restore"))
    }
    let size = try? FileManager.default.attributesOfItem(atPath: "\(data)/metadata.sqlite")[.size] as? Int
    #expect(size ?? 0 == 0, "Nothing was made in its place.")
  }

  @Test func lostObjectsAreNotTakenForNone() throws {
    let server = try ServerProcess(try Self.prepared.get())
    let objects = server.folder.appending(path: "objects")
    try FileManager.default.moveItem(at: objects, to: server.folder.appending(path: "elsewhere"))
    let refused = try Program.run("serve", "--data", server.folder.path(), "--port", "0")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("objects_missing"), "\(refused.errors)")
    try FileManager.default.removeItem(at: objects)
    try FileManager.default.moveItem(at: server.folder.appending(path: "elsewhere"), to: objects)
    let found = try verify(server.folder.path())
    #expect(found.status == 0, "\(found.text)\(found.errors)")
  }

  @Test func aServerIsBackedUpWhileItRunsAndRestored() async throws {
    let server = try ServerProcess(try Self.prepared.get())
    let (data, place) = (server.folder.path(), FileManager.default.temporaryDirectory)
    let backups = place.appending(path: "adyton-backups-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: backups) }
    try await server.start()
    let before = try await run(server)
    func backUp() throws -> [String: String] {
      try Program.fields(["backup", backups.path(), "--data", data, "--keep", "2", "--json"])
    }
    let first = try backUp()
    #expect(first["copiedBytes"] != "0")
    let second = try backUp()
    #expect(second["objects"] == first["objects"])
    let copied = try #require(second["copiedBytes"].flatMap { Int($0) })
    let all = try #require(second["bytes"].flatMap { Int($0) })
    #expect(copied < all / 100, "Nothing but what has changed is copied again.")
    server.kill()
    let checked = try verify(data, "--backup", backups.path())
    #expect(checked.status == 0, "\(checked.text)\(checked.errors)")

    try FileManager.default.removeItem(at: server.folder)
    let listed = try Program.run("restore", backups.path(), "--list", "--data", "\(data)-list")
    try? FileManager.default.removeItem(atPath: "\(data)-list")
    #expect(listed.text.split(separator: "\n").count == 2)
    let restored = try Program.run(
      "restore", backups.path(), "--backup", try #require(first["backup"]), "--data", data)
    #expect(restored.status == 0, "\(restored.text)\(restored.errors)")
    #expect(try verify(data).status == 0)
    #expect(try Program.run("restore", backups.path(), "--data", data).status == 1, "There is a server already.")
    // It goes on: the old result can be asked for, and a new one is the same.
    try await server.start()
    let id = try #require(before["workflowExecutionId"] as? String)
    #expect(try await server.send("GET", "\(server.executions)/\(id)")["status"] as? String == "SUCCEEDED")
    #expect(try await run(server)["status"] as? String == "SUCCEEDED")
    #expect(server.stop() == 0)
  }

  @Test func keysAreRotatedWhileAServerRuns() async throws {
    let server = try ServerProcess(try Self.prepared.get())
    let data = server.folder.path()
    try await server.start()
    let execution = try await run(server)
    let id = try #require(execution["workflowExecutionId"] as? String)
    let urls = try await server.send("GET", "\(server.executions)/\(id)/downloadUrls")
    let url = try #require((urls["downloadUrls"] as? [String])?.first)
    let rotated = try Program.run("admin", "key", "rotate", "--data", data)
    #expect(rotated.status == 0, "\(rotated.errors)")
    let listed = try Program.run("admin", "key", "list", "--data", data)
    #expect(listed.text.split(separator: "\n").count == 3)
    // The URL was signed by the old key.
    let (content, response) = try await URLSession.shared.data(from: try #require(URL(string: url)))
    #expect((response as? HTTPURLResponse)?.statusCode == 200 && !content.isEmpty)
    #expect(server.stop() == 0)
  }

  #if os(Linux)
    /// No file can grow, as on a full disk, for a while.
    @Test func aFullDiskIsSurvived() async throws {
      let server = try ServerProcess(try Self.prepared.get())
      try await server.start()
      #expect(try await run(server)["status"] as? String == "SUCCEEDED")
      try server.limitFileSize(to: 0)
      let ready = try await server.send("GET", "/ready", expecting: 503)
      #expect(ready["status"] as? String == "unavailable")
      _ = try await server.send("GET", "/health")
      let body = try JSONSerialization.data(withJSONObject: [
        "workflow": ["sqlQuery": Self.query], "timeWindowType": "EXPLICIT", "timeWindowStart": "2025-06-01T00:00:00",
        "timeWindowEnd": "2025-07-01T00:00:00", "requireSyntheticData": true,
      ])
      for _ in 0..<3 { _ = try await server.send("POST", server.executions, body: body, expecting: 503) }
      try server.limitFileSize(to: nil)
      #expect(try await run(server)["status"] as? String == "SUCCEEDED")
      #expect(server.stop() == 0)
      let found = try verify(server.folder.path())
      #expect(found.status == 0, "\(found.text)\(found.errors)")
    }
  #endif
}
