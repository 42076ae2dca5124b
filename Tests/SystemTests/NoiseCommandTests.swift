import Foundation
import TestSupport
import Testing

/// Noise mode on the command line: instances, populations and budgets.
@Suite(.hangLimit) struct NoiseCommandTests {
  /// A data folder that goes with the test.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "adyton-noise-\(UUID().uuidString)")

    func admin(_ arguments: String...) throws -> Program.Output {
      try Program.run(["admin"] + arguments + ["--data", url.path(percentEncoded: false)])
    }

    func rows(_ arguments: String...) throws -> [[String: String]] {
      let output = try Program.run(["admin"] + arguments + ["--json", "--data", url.path(percentEncoded: false)])
      return try JSONDecoder().decode([[String: String]].self, from: Data(output.text.utf8))
    }

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  @Test func listsShowTheModeAndThePopulation() throws {
    let folder = Folder()
    #expect(try folder.admin("instance", "create", "--name", "Plain", "--id", "plain").status == 0)
    #expect(try folder.admin("instance", "create", "--name", "Safe", "--id", "safe", "--privacy", "noise").status == 0)
    let other = try folder.admin(
      "instance", "create", "--name", "Other", "--id", "other", "--privacy", "noise", "--population", "others",
      "--sandbox")
    #expect(other.status == 0, "\(other.errors)")
    let modes = try folder.rows("instance", "list").map { [$0["instance"], $0["privacy"]] }
    #expect(modes == [["other", "noise:others"], ["plain", "threshold"], ["safe", "noise:default"]])
    let shown = try folder.admin("instance", "show", "--instance", "safe", "--json")
    let fields = try JSONDecoder().decode([String: String].self, from: Data(shown.text.utf8))
    #expect(fields["privacy"] == "noise")
    #expect(fields["population"] == "default")
  }

  @Test func aPopulationNeedsNoise() throws {
    let folder = Folder()
    let refused = try folder.admin("instance", "create", "--name", "Plain", "--population", "others")
    #expect(refused.status != 0)
    #expect(refused.errors.contains("--population needs --privacy noise"), "\(refused.errors)")
  }

  @Test func budgetsOfPopulationsAreShown() throws {
    let folder = Folder()
    #expect(try folder.admin("budget", "show").text == "No instance is in noise mode.\n")
    #expect(try folder.admin("instance", "create", "--name", "Safe", "--id", "safe", "--privacy", "noise").status == 0)
    for arguments in [[], ["--instance", "safe"], ["--population", "default"]] {
      let output = try Program.run(
        ["admin", "budget", "show", "--data", folder.url.path(percentEncoded: false)] + arguments)
      #expect(output.status == 0, "\(output.errors)")
      #expect(output.text.contains("population  default"), "\(output.text)")
      #expect(output.text.contains("instances   safe"))
      #expect(output.text.contains("budget      epsilon 20, delta 1e-06"))
      #expect(output.text.contains("left        100 %, 269 queries"))
    }
    #expect(try folder.admin("budget", "show", "--population", "others").status == 1)
    let smaller = try folder.admin("budget", "show", "--population-epsilon", "4")
    #expect(smaller.text.contains("left        100 %, 17 queries"), "\(smaller.text)")
  }

  @Test func aSandboxKeepsItsMode() throws {
    let folder = Folder()
    func quickstart(_ arguments: String...) throws -> Program.Output {
      try Program.run(
        ["quickstart", "--data", folder.url.path(percentEncoded: false), "--users", "100", "--days", "2"] + arguments)
    }
    let made = try quickstart("--privacy", "noise")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try quickstart().status == 0)
    let other = try quickstart("--privacy", "threshold")
    #expect(other.status == 1)
    #expect(other.errors.contains("privacy mode noise:default"), "\(other.errors)")
  }
}
