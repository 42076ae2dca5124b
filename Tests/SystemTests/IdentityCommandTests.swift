import Foundation
import TestSupport
import Testing

/// Identity graphs as an operator at a shell sees them.
@Suite(.hangLimit) struct IdentityCommandTests {
  private let folder: URL
  private var data: String { folder.appending(path: "data").path() }
  private let hash = String(repeating: "0a", count: 32)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-identity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path()
  }

  private func identity(_ arguments: String...) throws -> Program.Output {
    try Program.run(["identity"] + arguments + ["--marketplace", "ATVPDKIKX0DER", "--data", data])
  }

  @Test func loadShowAndDelete() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try identity("show").text.contains("ATVPDKIKX0DER: 0 users"))
    let devices = ["38400000-8cf0-11bd-b23e-10b96e40000d", "aebe52e7-03ee-455a-b3c4-e57283966239"]
    let good = try file("good.csv", "user_id,EMAIL,maid\na,\(hash),\(devices[0])\nb,\(hash),\(devices[1])\n")
    let loaded = try identity("load", good)
    #expect(loaded.status == 0, "\(loaded.errors)")
    #expect(loaded.text.contains("ATVPDKIKX0DER: 2 users"))
    let shown = try identity("show").text
    #expect(shown.contains("email     0 links, 1 ambiguous"))
    #expect(shown.contains("maid      2 links, 0 ambiguous"))
    let bad = try file("bad.csv", "user_id,email\na,ada@example.com\n")
    let refused = try identity("load", good, bad, "--replace")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("\(bad):2: column 'email': invalid_value"))
    #expect(!refused.errors.contains("ada@"))
    #expect(try identity("show", "--json").text.contains("\"userCount\" : 2"))
    #expect(try identity("delete").text.contains("removed 2 users"))
    #expect(try identity("show").text.contains("0 users"))
    #expect(try Program.run("identity", "show", "--marketplace", "no such place", "--data", data).status == 2)
  }

  @Test func textInAnotherEncodingIsDecoded() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "people.csv")
    try #require(
      "user_id,EMAIL,country_code\r\nJ\u{FC}rgen,\(hash),\u{D6}sterreich\r\n".data(using: .utf16LittleEndian)
    )
    .write(to: url)
    let refused = try identity("load", url.path())
    #expect(refused.status == 1)
    #expect(refused.errors.contains("Say with --encoding"))
    let loaded = try identity("load", url.path(), "--encoding", "utf-16le")
    #expect(loaded.status == 0, "\(loaded.errors)")
    #expect(loaded.text.contains("ATVPDKIKX0DER: 1 user"))
  }

  @Test func peopleOfASandbox() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let none = try Program.run("sandbox", "people", "--data", data)
    #expect(none.status == 1)
    #expect(none.errors.contains("no synthetic people"))
    #expect(try Program.run("sandbox", "--users", "300", "--days", "1", "--data", data).status == 0)
    let printed = try Program.run("sandbox", "people", "--count", "200", "--data", data)
    #expect(printed.status == 0)
    #expect(printed.text.hasPrefix("email,phone,first_name,"))
    #expect(printed.text.split(separator: "\n").count == 201)
    let output = folder.appending(path: "people.csv")
    let written = try Program.run(
      "sandbox", "people", "--count", "200", "--data", data, "--output", output.path())
    #expect(written.status == 0)
    #expect(try String(contentsOf: output, encoding: .utf8) == printed.text)
    #expect(try Program.run("sandbox", "people", "--count", "301", "--data", data).status == 1)
  }

  /// A load that is killed leaves the graph as it was, or as it should be; never in between.
  @Test func killedLoadsAreAtomic() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let counts = [20_000, 30_000]
    let files = try counts.map { count in
      var text = "user_id,email\n"
      for user in 0..<count {
        let digits = String(user, radix: 16)
        text += "user\(user),\(String(repeating: "0", count: 64 - digits.count))\(digits)\n"
      }
      return try file("people-\(count).csv", text)
    }
    var expected = 0
    // Each time it may come as many bytes further before it is killed.
    for (turn, growth) in [0, 1, 100_000, 500_000, 1_000_000, 2_000_000].enumerated() {
      let process = Process()
      process.executableURL = Program.url
      process.arguments = [
        "identity", "load", files[turn % 2], "--replace", "--marketplace", "ATVPDKIKX0DER", "--data", data,
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      let before = byteCount
      try process.run()
      try await pollingUntil { !process.isRunning || byteCount >= before + growth }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let count = try userCount()
      #expect(count == expected || count == counts[turn % 2], "killed after \(growth) bytes")
      expected = count
    }
    #expect(try identity("load", files[0], "--replace").status == 0)
    #expect(try userCount() == counts[0])
  }

  /// The number of users in the manifest; all of its files must exist.
  private func userCount() throws -> Int {
    struct Manifest: Decodable {
      struct File: Decodable {
        var name: String
        var count: Int?
      }
      var users: File
      var links: [File]
    }
    let graph = folder.appending(path: "data/objects/identity/ATVPDKIKX0DER")
    guard let text = FileManager.default.contents(atPath: graph.appending(path: "manifest.json").path()) else {
      return 0
    }
    let manifest = try JSONDecoder().decode(Manifest.self, from: text)
    for file in [manifest.users] + manifest.links {
      #expect(FileManager.default.fileExists(atPath: graph.appending(path: file.name).path()))
    }
    return manifest.users.count ?? 0
  }

  /// The size of the data folder, which shows the progress.
  private var byteCount: Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: data)) ?? []
    return paths.reduce(0) { total, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(data)/\(path)")
      return total + ((attributes?[.size] as? Int) ?? 0)
    }
  }
}
