import Foundation
import TestSupport
import Testing

/// `adyton migrate` and `adyton import` as a person at a shell sees them.
@Suite(.hangLimit) struct MigrationCommandTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-migration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path()
  }

  @Test func aPlanIsPrintedWhateverCanBeRead() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let code = try file("amc.py", "requests.put(f\"{endpoint}/prod/schedules/{name}\", json=body)\n")
    let plan = try Program.run("migrate", "plan", code, "--region", "FE", "--instance", "amcx")
    #expect(plan.status == 0)
    #expect(plan.text.contains("PUT https://advertising-api-fe.amazon.com/amc/reporting/amcx/schedules/{scheduleId}"))
    #expect(plan.text.contains("found: once, \(code):1"))
    let own = try Program.run("migrate", "plan", code, "--base-url", "http://localhost:8080/", "--json")
    #expect(own.text.contains("\"url\" : \"http://localhost:8080/amc/reporting/{instanceId}/schedules/{scheduleId}\""))
    let partly = try Program.run("migrate", "plan", code, folder.appending(path: "none").path())
    #expect(partly.status == 2)
    #expect(partly.text.contains("1 retired calls of 1 kinds"))
    #expect(partly.text.contains("none: unreadable_file"))
    #expect(try Program.run("migrate", "plan", code, "--instance", "a b").status == 2)
    #expect(try Program.run("migrate", "plan", code, "--host", "a").status == 2)
    #expect(try Program.run("migrate", "plan", code, "--region", "XX").status == 2)
    let none = try Program.run("migrate", "plan", try file("other.txt", "nothing here\n"))
    #expect(none.status == 0)
    #expect(none.text.contains("0 retired calls"))
  }

  @Test func aPolicyIsCorrectedAndThenFine() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let policy = try file(
      "policy.json",
      #"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b1/*"}]}"#
    )
    let corrected = folder.appending(path: "corrected.json").path()
    let first = try Program.run("migrate", "policy", policy, "--output", corrected)
    #expect(first.status == 1)
    #expect(first.errors.contains("not_granted: No statement allows s3:PutObject to the account 811639200769"))
    #expect(first.text.isEmpty)
    #expect(try Program.run("migrate", "policy", corrected).status == 0)
    let own = try Program.run("migrate", "policy", corrected, "--account", "111122223333", "--json")
    #expect(own.status == 1)
    #expect(own.text.contains("\"correctedFine\" : true"))
    #expect(try Program.run("migrate", "policy", corrected, "--account", "me").status == 2)
    #expect(try Program.run("migrate", "policy", try file("bad.json", "{")).status == 2)
    #expect(try Program.run("migrate", "policy", folder.appending(path: "none").path()).status == 2)
  }

  @Test func anExportIsImportedOnceAndCompiled() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "data").path()
    #expect(try Program.run("admin", "instance", "create", "--data", data, "--id", "amcx", "--name", "X").status == 0)
    let query = "SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY campaign"
    let good = try file(
      "good.json",
      """
      {"workflows": [{"workflowId": "w", "sqlQuery": "\(query)"}],
       "schedules": [{"scheduleId": "s", "workflowId": "w", "aggregationPeriod": "Daily"}]}
      """)
    let target = ["--instance", "amcx", "--data", data]
    let dry = try Program.run(["import", good, "--dry-run"] + target)
    #expect(dry.status == 0)
    #expect(dry.text.contains("workflows: 1 created (dry run: nothing was written)"))
    let first = try Program.run(["import", good] + target)
    #expect(first.status == 0)
    #expect(first.text.contains("schedules: 1 created"))
    let again = try Program.run(["import", good, "--json"] + target)
    #expect(again.status == 0)
    #expect(again.text.contains("\"unchanged\" : 1") && !again.text.contains("\"created\""))
    let bad = try file("bad.json", #"{"workflowId": "v", "sqlQuery": "SELECT campain FROM dsp_impressions"}"#)
    let refused = try Program.run(["import", bad, good] + target)
    #expect(refused.status == 1)
    #expect(refused.text.contains("sqlQuery:1:8: unknown_column"))
    #expect(refused.text.contains("workflows: 1 unchanged, 1 failed"))
    #expect(try Program.run(["import", folder.appending(path: "none").path()] + target).status == 2)
    #expect(try Program.run("import", good, "--instance", "other", "--data", data).status == 1)
  }
}
