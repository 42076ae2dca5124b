import Foundation
import TestSupport
import Testing

/// Instances that are made and deleted while the server is killed.
@Suite(.serialized, .hangLimit) struct InstanceKillTests {
  private func instance(_ id: String, of server: ServerProcess) async throws -> [String: Any] {
    let answer = try await server.send("GET", "/amc/instances/\(id)")
    return try #require(answer["instance"] as? [String: Any])
  }

  /// Asks until the instance has one of the statuses.
  private func status(
    of id: String, reaching statuses: Set<String>, server: ServerProcess
  ) async throws -> String {
    try await polling {
      let status = try await instance(id, of: server)["creationStatus"] as? String ?? ""
      return statuses.contains(status) ? status : nil
    }
  }

  @Test func aSandboxIsMadeAndDeletedWheneverTheServerIsKilled() async throws {
    let server = try ServerProcess(
      users: 50, days: 2, environment: ["ADYTON_SANDBOX_USERS": "200", "ADYTON_SANDBOX_DAYS": "3"])
    try await server.start()
    let body = Data(#"{"instanceName": "Trial", "instanceType": "SANDBOX"}"#.utf8)
    let made = try await server.send("POST", "/amc/instances", body: body)
    let id = try #require((made["instance"] as? [String: Any])?["instanceId"] as? String)
    _ = try await status(of: id, reaching: ["IN_PROGRESS", "COMPLETED"], server: server)
    server.kill()
    try await server.start()
    #expect(try await status(of: id, reaching: ["COMPLETED", "FAILED"], server: server) == "COMPLETED")
    let advertisers = try await server.send("GET", "/amc/instances/\(id)/advertisers")
    #expect(try #require(advertisers["totalCount"] as? Int) > 2)
    let objects = server.folder.appending(path: "objects/instances/\(id)").path()
    #expect(FileManager.default.fileExists(atPath: "\(objects)/signals/dsp_impressions/manifest.json"))

    _ = try await server.send("DELETE", "/amc/instances/\(id)", expecting: 204)
    server.kill()
    try await server.start()
    _ = try await server.send("GET", "/amc/instances/\(id)", expecting: 404)
    try await pollingUntil { files(in: objects).isEmpty }
    #expect(server.stop() == 0)
    let audit = try Program.run("admin", "audit", "list", "--data", server.folder.path())
    #expect(audit.text.contains("instance.delete\t\(id)"))
  }

  /// The files of a folder that may be emptied meanwhile.
  private func files(in folder: String) -> [String] {
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
}
