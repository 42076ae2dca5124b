import Foundation
import TestSupport
import Testing

/// The first hour: a sandbox, a client, and scripts that answer as they are pasted.
@Suite(.hangLimit) struct QuickstartTests {
  private static let valueNames = [
    "accountId", "baseUrl", "clientId", "clientSecret", "consentUrl", "instanceId", "marketplaceId", "refreshToken",
    "tokenUrl",
  ]

  /// Runs a program with a script, such as a shell.
  private func run(_ program: String, _ script: String) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, "-c", script]
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private func quickstart(_ folder: URL, _ options: String...) throws -> Program.Output {
    try Program.run(["quickstart", "--data", folder.path(), "--users", "100", "--days", "2"] + options)
  }

  private func values(_ output: String) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(output.utf8))
  }

  private func withFolder(_ work: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-first-hour-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try work(folder)
  }

  @Test func theScriptsAnswerAsPasted() async throws {
    let server = try ServerProcess(users: 2000, days: 2)
    try await server.start()
    let port = try #require(server.base.port)
    let options = ["--instance", ServerProcess.instanceID, "--port", "\(port)"]
    func printed(_ format: String) throws -> String {
      let output = try Program.run(
        ["quickstart", "--data", server.folder.path(), "--format", format] + options)
      #expect(output.status == 0, "\(output.errors)")
      return output.text
    }
    let text = try printed("text")
    let parts = try #require(
      text.firstMatch(of: #/(?s)paste into a shell:\n\n(.*)\n\nThe same in Python:\n\n(.*\nEND\n)/#))
    let answers = [
      try run("sh", String(parts.1)), try run("sh", String(parts.2)), try run("bash", try printed("curl")),
      try run("python3", try printed("python")),
    ]
    for answer in answers {
      let rows = answer.split(whereSeparator: \.isNewline).map(String.init)
      #expect(rows.first?.replacing("\"", with: "") == "campaign,impressions,users", "\(answer)")
      #expect(rows.count > 3, "\(answer)")
      #expect(Set(rows) == Set(answers[0].split(whereSeparator: \.isNewline).map(String.init)))
    }
    // A query that is refused says so, rather than asking for its result for ever.
    for (program, format) in [("sh", "curl"), ("python3", "python")] {
      let wrong = try printed(format).replacing("SUM(impressions)", with: "SUM(imprezzions)")
      #expect(try run(program, wrong).contains("unknown_column"), "\(format)")
    }
    #expect(server.stop() == 0)
  }

  @Test func eachFormHasTheSameValues() throws {
    try withFolder { folder in
      let made = try quickstart(folder, "--format", "json", "--public-url", "https://amc.example.com/")
      #expect(made.status == 0, "\(made.errors)")
      var json = try values(made.text)
      #expect(json.removeValue(forKey: "curl")?.contains("https://amc.example.com/auth/o2/token") == true)
      #expect(json.removeValue(forKey: "python")?.contains("https://amc.example.com/amc/reporting/amcsandbox/") == true)
      #expect(json.keys.sorted() == Self.valueNames)
      #expect(json["baseUrl"] == "https://amc.example.com")
      #expect(json["tokenUrl"] == "https://amc.example.com/auth/o2/token")
      #expect(json["consentUrl"] == "https://amc.example.com/ap/oa")
      #expect(json["marketplaceId"] == "ATVPDKIKX0DER")
      #expect(json["instanceId"] == "amcsandbox")

      let lines = try quickstart(folder, "--format", "env", "--public-url", "https://amc.example.com").text
      let variables = try run("sh", "\(lines)\nenv").split(separator: "\n").filter { $0.hasPrefix("AMC_") }
      #expect(
        Set(variables.compactMap { $0.split(separator: "=", maxSplits: 1).last.map(String.init) }) == Set(json.values))
      let text = try quickstart(folder, "--public-url", "https://amc.example.com").text
      for (name, value) in json {
        #expect(text.contains(try Regex("(?m)^\(name) +\(NSRegularExpression.escapedPattern(for: value))$")), "\(name)")
      }
    }
  }

  @Test func theCredentialsStayTheSameWhileTheyAreValid() throws {
    try withFolder { folder in
      func client() throws -> [String: String] { try values(try quickstart(folder, "--format", "json").text) }
      let first = try client()
      #expect(first["baseUrl"] == "http://127.0.0.1:8080")
      #expect(try client() == first)
      let file = folder.appending(path: "quickstart.json").path()
      let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(rights == 0o600)

      let id = try #require(first["clientId"])
      #expect(try Program.run("admin", "client", "delete", "--data", folder.path(), "--client", id).status == 0)
      let second = try client()
      #expect(second["clientId"] != id)
      #expect(second["accountId"] == first["accountId"])
      try Data("no JSON".utf8).write(to: URL(filePath: file))
      #expect(try client()["clientId"] != second["clientId"])
    }
  }

  @Test func aStandardInstanceAndAnUnknownPortAreRefused() throws {
    try withFolder { folder in
      let made = try Program.run(
        "admin", "instance", "create", "--data", folder.path(), "--id", "own", "--name", "Own")
      #expect(made.status == 0)
      let standard = try quickstart(folder, "--instance", "own")
      #expect(standard.status == 1)
      #expect(standard.errors.contains("adyton admin client create --instance own"))
      let port = try quickstart(folder, "--port", "0")
      #expect(port.status == 2)
      #expect(port.errors.contains("--port"))
    }
  }

  @Test func makingAClientPrintsTheSame() throws {
    try withFolder { folder in
      func create(_ options: String...) throws -> Program.Output {
        try Program.run(["admin", "client", "create", "--data", folder.path(), "--name", "c"] + options)
      }
      let made = try Program.run(
        "admin", "instance", "create", "--data", folder.path(), "--id", "own", "--name", "Own")
      #expect(made.status == 0)
      var json = try values(try create("--instance", "own", "--json", "--port", "9090").text)
      let scripts = ["curl", "python"].compactMap { json.removeValue(forKey: $0) }
      #expect(scripts.count == 2)
      #expect(json.keys.sorted() == Self.valueNames)
      #expect(json["baseUrl"] == "http://127.0.0.1:9090")
      #expect(!scripts.joined().contains("requireSyntheticData"), "A standard instance refuses it.")
      #expect(try create("--instance", "own").text.contains("A first query, to paste into a shell:"))
      #expect(try create("--instance", "own", "--format", "env").text.contains("export AMC_INSTANCE_ID='own'"))
      // Users let it in; it can do nothing by itself.
      let application = try create("--return-url", "https://app.example.com/back", "--json")
      #expect(
        try values(application.text).keys.sorted() == ["baseUrl", "clientId", "clientSecret", "consentUrl", "tokenUrl"])
      let script = try create("--format", "curl")
      #expect(script.status == 2)
      #expect(script.errors.contains("--instance"))
    }
  }
}
