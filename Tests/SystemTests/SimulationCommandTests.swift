import Foundation
import TestSupport
import Testing

/// `adyton serve --simulate` and `adyton sandbox make --standard`.
@Suite(.hangLimit) struct SimulationCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-sim-\(UUID().uuidString)")

  private var data: String { folder.appending(path: "data").path() }

  /// The server does not start, and the text names the field.
  @Test func aFileThatIsNoSimulationEndsTheServerAtItsStart() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "simulation.json")
    let missing = try Program.run("serve", "--data", data, "--port", "0", "--simulate", file.path())
    #expect(missing.status == 2)
    #expect(missing.errors.contains("can't be read"))
    for (text, problem) in [
      (#"{"errors": {"429": 2}}"#, "errors.429 must be"), (#"{"error": {}}"#, "error is not known"),
      ("[1]", "simulation must be a JSON object"),
    ] {
      try Data(text.utf8).write(to: file)
      let refused = try Program.run("serve", "--data", data, "--port", "0", "--simulate", file.path())
      #expect(refused.status == 2, "\(text)")
      #expect(refused.errors.contains(problem), "\(refused.errors)")
    }
  }

  private func make(_ instance: String, _ options: String...) throws -> Program.Output {
    try Program.run(
      [
        "sandbox", "--data", data, "--instance", instance, "--users", "100", "--days", "2", "--end-date", "2025-06-30",
      ] + options)
  }

  @Test func aStandardInstanceHasSyntheticSignalsAndPeople() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try make("plain", "--standard")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.text.contains("people in the identity graph"))
    let list = try Program.run("admin", "instance", "list", "--data", data).text
    let line = try #require(list.split(separator: "\n").first { $0.hasPrefix("plain\t") })
    #expect(line.contains("STANDARD") && line.contains("COMPLETED"), "\(line)")
    #expect(try Program.run("sandbox", "people", "--data", data, "--instance", "plain", "--count", "10").status == 0)
    // It is made again as what it is, and as nothing else.
    #expect(try make("plain", "--standard").status == 0)
    let other = try make("plain")
    #expect(other.status == 1)
    #expect(other.errors.contains("standard instance with synthetic signals"))
    #expect(try make("trial").status == 0)
    #expect(try make("trial", "--standard").errors.contains("is a sandbox"))
  }
}
