import Foundation
import TestSupport
import Testing

/// Sandboxes whose making did not come to its end.
@Suite(.hangLimit) struct InterruptedSandboxTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-cut-\(UUID().uuidString)")
  private static let id = "cut"

  private var data: String { folder.path() }

  private func make(_ options: String...) throws -> Program.Output {
    try Program.run(
      ["sandbox", "--data", data, "--instance", Self.id, "--users", "100", "--days", "2", "--end-date", "2025-06-30"]
        + options)
  }

  private func status() throws -> String? {
    let list = try Program.run("admin", "instance", "list", "--data", data)
    let line = list.text.split(separator: "\n").first { $0.hasPrefix("\(Self.id)\t") }
    return line?.split(separator: "\t").last.map(String.init)
  }

  private func people() throws -> Program.Output {
    try Program.run("sandbox", "people", "--data", data, "--instance", Self.id, "--count", "10")
  }

  /// The killed one is so large that it can't be finished before.
  @Test func aKilledOneIsMadeAgain() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    // Two programs that open a new data folder at the same moment disturb each other, so it is there before.
    #expect(try status() == nil)
    let process = Process()
    process.executableURL = Program.url
    process.arguments = ["sandbox", "--data", data, "--instance", Self.id, "--users", "500000", "--days", "400"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await pollingUntil { try status() != nil }
    // Nobody waits for its end: Foundation notices that only when processes that other tests began have ended too.
    Foundation.kill(process.processIdentifier, SIGKILL)
    #expect(try status() == "IN_PROGRESS")
    #expect(try people().status == 1)

    let again = try make("--if-missing")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.text.contains("people in the identity graph"))
    #expect(try status() == "COMPLETED")
    #expect(try people().status == 0)
    #expect(try make("--if-missing").text.isEmpty, "A finished one is left alone.")
  }

  /// Some tables are new then, and others are not.
  @Test func oneThatFailsBetweenTwoTablesIsNotTakenForFinished() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try make().status == 0)
    #expect(try status() == "COMPLETED")
    let table = folder.appending(path: "objects/instances/\(Self.id)/signals/dsp_views")
    try FileManager.default.removeItem(at: table)
    try Data().write(to: table)
    #expect(try make("--seed", "2").status == 1)
    #expect(try status() == "IN_PROGRESS")
    try FileManager.default.removeItem(at: table)
    #expect(try make("--if-missing").status == 0)
    #expect(try status() == "COMPLETED")
  }

  @Test func anInterruptedOneCanBeDeleted() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try make().status == 0)
    let table = folder.appending(path: "objects/instances/\(Self.id)/signals/dsp_views")
    try FileManager.default.removeItem(at: table)
    try Data().write(to: table)
    #expect(try make("--seed", "2").status == 1)
    #expect(try Program.run("admin", "instance", "delete", "--instance", Self.id, "--data", data, "--yes").status == 0)
    #expect(try status() == nil)
  }

  /// So it was left by earlier releases; or it has signals of the operator's own, which are not to be replaced unasked.
  @Test func oneWithoutPeopleIsRefusedUnlessItIsToBeMade() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try Program.run(
      "admin", "instance", "create", "--data", data, "--id", Self.id, "--name", "Cut", "--sandbox")
    #expect(made.status == 0)
    let refused = try make("--if-missing")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("has no people"))
    #expect(try make().status == 0)
    #expect(try make("--if-missing").status == 0)
  }
}
