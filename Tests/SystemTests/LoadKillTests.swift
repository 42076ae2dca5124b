import Foundation
import S3TestSupport
import TestSupport
import Testing

/// A killed load leaves the table as it was before, or as it is after; never in between.
@Suite(.hangLimit) struct LoadKillTests {
  private static let rowCount = 60_000

  /// The destination of the loads, with its options for the program.
  private struct Place {
    var data: URL
    var service: S3Server?
    var bucket = ""

    init(_ kind: StorageKind, data: URL) async throws {
      self.data = data
      guard kind == .s3 else { return }
      let service = try await S3Server.shared
      bucket = try await service.makeBucket()
      self.service = service
    }

    var environment: [String: String] {
      guard let service else { return [:] }
      return [
        "ADYTON_STORAGE": "s3://\(bucket)", "ADYTON_S3_ENDPOINT": service.endpoint, "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
      ]
    }

    /// The rows that the table's manifest counts.
    func rowCount() async throws -> Int {
      struct Manifest: Decodable {
        struct File: Decodable {
          var rowCount: Int
        }
        var files: [File]
      }
      let key = "instances/own/signals/conversions/manifest.json"
      var text: Data?
      if let service {
        let isThere = try await service.list("keys", ["bucket": bucket, "prefix": key]) == [key]
        text = isThere ? try await service.object(key, in: bucket) : nil
      } else {
        text = FileManager.default.contents(atPath: data.appending(path: "objects/\(key)").path())
      }
      guard let text else { return 0 }
      return try JSONDecoder().decode(Manifest.self, from: text).files.reduce(0) { $0 + $1.rowCount }
    }
  }

  /// The size of the data folder, which shows the progress.
  private func byteCount(in data: URL) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: data.path())) ?? []
    return paths.reduce(0) { total, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: data.appending(path: path).path())
      return total + ((attributes?[.size] as? Int) ?? 0)
    }
  }

  @Test(arguments: StorageKind.allCases)
  func killedLoadsAreAtomic(_ kind: StorageKind) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-kill-\(UUID().uuidString)")
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = try await Place(kind, data: data)
    #expect(
      try Program.run("admin", "instance", "create", "--data", data.path(), "--id", "own", "--name", "Own").status == 0)
    var text = "user_id,user_id_type,event_dt_utc,event_subtype\n"
    for row in 0..<Self.rowCount {
      text += "user\(row % 5000),adUserId,2025-06-\(String(format: "%02d", row % 28 + 1)) 10:00:00,order\n"
    }
    let file = folder.appending(path: "orders.csv")
    try Data(text.utf8).write(to: file)

    var expected = 0
    // Each time it may come as many bytes further before it is killed.
    for growth in [0, 1, 10_000, 300_000, 900_000, 2_000_000] {
      let process = Process()
      process.executableURL = Program.url
      process.arguments = ["load", "conversions", file.path(), "--instance", "own", "--data", data.path()]
      process.environment = ProcessInfo.processInfo.environment.merging(place.environment) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      let before = byteCount(in: data)
      try process.run()
      try await pollingUntil { !process.isRunning || byteCount(in: data) >= before + growth }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let count = try await place.rowCount()
      #expect(count == expected || count == expected + Self.rowCount, "killed after \(growth) bytes")
      expected = count
    }
    let last = try Program.run(
      "load", "conversions", file.path(), "--instance", "own", "--data", data.path(), environment: place.environment)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try await place.rowCount() == expected + Self.rowCount)
  }
}
