import Foundation
import TestSupport
import Testing

/// Uploads of a server that is killed at any point: each is part of the data set once, and no identifier stays.
@Suite(.serialized, .hangLimit) struct UploadKillTests {
  private static let rowCount = 40_000
  private static let area = "/amc/advertiserData/\(ServerProcess.instanceID)"

  /// Made-up hashes, of which one is looked for afterwards.
  private static func hash(_ row: Int) -> String {
    let text = String(row, radix: 16)
    return String(repeating: "a5", count: 29) + String(repeating: "0", count: 6 - text.count) + text
  }

  private func prepare(_ server: ServerProcess) async throws {
    let data = server.folder.path()
    let client = server.credentials["clientId"] ?? ""
    #expect(try Program.run("admin", "terms", "accept", "--data", data, "--client", client).status == 0)
    let bucket = try Program.run(
      "admin", "bucket", "set", "--data", data, "--instance", ServerProcess.instanceID, "--bucket", "customers")
    #expect(bucket.status == 0, "\(bucket.errors)")
    var text = "email,product,bought\n"
    for row in 0..<Self.rowCount {
      text += "\(Self.hash(row)),Product \(row % 100),2025-06-\(String(format: "%02d", row % 28 + 1))T10:00:00Z\n"
    }
    try Data(text.utf8).write(to: server.folder.appending(path: "buckets/customers/orders.csv"))
    try await server.start()
    let columns: [[String: Any]] = [
      [
        "name": "email", "dataType": "STRING", "columnType": "DIMENSION", "nullable": true,
        "externalUserIdType": ["hashedPii": "EMAIL"],
      ],
      ["name": "product", "dataType": "STRING", "columnType": "DIMENSION"],
      ["name": "bought", "dataType": "TIMESTAMP", "columnType": "METRIC", "isMainEventTime": true],
    ]
    let body = try JSONSerialization.data(withJSONObject: [
      "dataSetId": "orders", "countryCode": "US", "columns": columns,
    ])
    _ = try await server.send("POST", "\(Self.area)/dataSets", body: body)
  }

  private func upload(_ server: ServerProcess) async throws -> String {
    let body = try JSONSerialization.data(withJSONObject: [
      "updateStrategy": "ADDITIVE", "compressionFormat": "NONE",
      "dataSource": ["sourceS3Bucket": "customers", "sourceFileS3Key": "orders.csv"],
      "fileFormat": ["csvDataFormat": [String: String]()],
    ])
    return try #require(
      try await server.send("POST", "\(Self.area)/uploads/orders", body: body)["uploadId"] as? String)
  }

  private func end(of id: String, _ server: ServerProcess) async throws -> [String: Any] {
    try await polling { try await ended(id, server) }
  }

  /// The upload if it has ended.
  private func ended(_ id: String, _ server: ServerProcess) async throws -> [String: Any]? {
    let answer = try await server.send("GET", "\(Self.area)/uploads/orders/\(id)")
    let upload = answer["upload"] as? [String: Any] ?? answer
    let statuses = ["SUCCESS", "SUCCEEDED", "COMPLETED", "FAILED"]
    return statuses.contains(upload["status"] as? String ?? "") ? upload : nil
  }

  /// The rows that the data set's manifest counts.
  private func storedRowCount(_ server: ServerProcess) throws -> Int {
    struct Manifest: Decodable {
      struct File: Decodable {
        var rowCount: Int
      }
      var files: [File]
    }
    let instance = server.folder.appending(path: "objects/instances/\(ServerProcess.instanceID)")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: instance.path())
    return try paths.filter { $0.hasPrefix("dataSets/") && $0.hasSuffix("/manifest.json") }.reduce(0) { total, path in
      let data = try Data(contentsOf: instance.appending(path: path))
      return try JSONDecoder().decode(Manifest.self, from: data).files.reduce(total) { $0 + $1.rowCount }
    }
  }

  /// The size of the data folder, which shows the progress.
  private func byteCount(_ server: ServerProcess) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: server.folder.path())) ?? []
    return paths.reduce(0) { total, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: server.folder.appending(path: path).path())
      return total + ((attributes?[.size] as? Int) ?? 0)
    }
  }

  @Test func killedUploadsTakeEffectOnce() async throws {
    let server = try ServerProcess(users: 20, days: 1)
    try await prepare(server)
    var expected = 0
    // Two at a time; each time they may come as many bytes further before the server is killed.
    for growth in [0, 1, 3_000_000, 6_000_000, 6_200_000, 6_500_000] {
      let before = byteCount(server)
      let ids = [try await upload(server), try await upload(server)]
      // Files that are not needed any more go when an upload ends, so that it may never come as far as that.
      try await pollingUntil {
        if byteCount(server) >= before + growth { return true }
        for id in ids {
          if try await ended(id, server) == nil { return false }
        }
        return true
      }
      server.kill()
      let count = try storedRowCount(server)
      #expect((count - expected).isMultiple(of: Self.rowCount), "killed after \(growth) bytes")
      try await server.start()
      for id in ids {
        let ended = try await end(of: id, server)
        let metrics = ended["metrics"] as? [String: Any]
        #expect(metrics?["OutputRowCount"] as? Int == Self.rowCount, "after \(growth): \(ended)")
      }
      expected += ids.count * Self.rowCount
      #expect(try storedRowCount(server) == expected, "killed after \(growth) bytes")
    }
    // The ones that were killed left copies of the file; the next start removes them.
    server.kill()
    try await server.start()
    let objects = server.folder.appending(path: "objects")
    for path in try FileManager.default.subpathsOfDirectory(atPath: objects.path()) {
      let data = try? Data(contentsOf: objects.appending(path: path))
      #expect(data?.range(of: Data(Self.hash(Self.rowCount / 2).utf8)) == nil, "\(path)")
    }
    #expect(server.stop() == 0)
  }
}
