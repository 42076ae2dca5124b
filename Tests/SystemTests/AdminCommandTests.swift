import Foundation
import TestSupport
import Testing

/// Accounts, instances and advertisers as an operator manages them.
@Suite(.hangLimit) struct AdminCommandTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "adyton-admin-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: url) }

    func admin(_ arguments: String...) throws -> Program.Output {
      try Program.run(["admin"] + arguments + ["--data", url.path()])
    }

    func advertiser(_ verb: String, _ id: String, _ options: String...) throws -> Program.Output {
      let target = ["--instance", "shop", "--advertiser", id, "--data", url.path()]
      return try Program.run(["admin", "advertiser", verb] + target + options)
    }

    func rows(_ arguments: String...) throws -> [[String: String]] {
      let output = try Program.run(["admin"] + arguments + ["--data", url.path(), "--json"])
      #expect(output.status == 0, "\(output.errors)")
      return try JSONDecoder().decode([[String: String]].self, from: Data(output.text.utf8))
    }
  }

  @Test func accountsInstancesAndAdvertisersAreManaged() throws {
    let folder = Folder()
    #expect(try folder.admin("account", "create", "--name", "Kitchen", "--id", "ENTITY1").status == 0)
    let again = try folder.admin("account", "create", "--name", "Kitchen", "--id", "ENTITY1")
    #expect(again.status == 1 && again.errors.contains("already"))
    #expect(
      try folder.admin("instance", "create", "--name", "Shop", "--id", "shop", "--account", "ENTITY1").status == 0)
    let nowhere = try folder.admin("instance", "create", "--name", "Shop", "--account", "ENTITY2")
    #expect(nowhere.status == 1 && nowhere.errors.contains("adyton admin account list"))
    #expect(try folder.rows("account", "list").map { $0["instances"] } == ["1"])
    #expect(
      try folder.rows("instance", "list", "--account", "ENTITY1") == [
        [
          "instance": "shop", "type": "STANDARD", "account": "ENTITY1", "privacy": "threshold", "name": "Shop",
          "status": "COMPLETED",
        ]
      ])

    #expect(try folder.rows("advertiser", "list", "--instance", "shop").isEmpty)
    #expect(
      try folder.advertiser("add", "12345", "--type", "DISPLAY", "--name", "Kitchen DSP").status == 0)
    let malformed = try folder.advertiser("add", "x", "--type", "DISPLAY")
    #expect(malformed.status == 1 && malformed.errors.contains("must be a number"), "\(malformed)")
    #expect(
      try folder.rows("advertiser", "list", "--instance", "shop") == [
        ["advertiser": "12345", "type": "DISPLAY", "marketplace": "", "name": "Kitchen DSP"]
      ])
    #expect(try folder.advertiser("remove", "12345").status == 0)
    #expect(try folder.advertiser("remove", "12345").status == 1)
    #expect(try folder.admin("advertiser", "list", "--instance", "other").errors.contains("adyton admin instance list"))
  }

  @Test func anAccountIsMadeForACreator() throws {
    let folder = Folder()
    let made = try folder.admin(
      "account", "create", "--name", "Kitchen", "--id", "ENTITY1", "--creator", "ada@example.com")
    #expect(made.status == 0 && made.text.contains("PENDING"), "\(made)")
    // Somebody who has no password chooses one.
    #expect(made.text.contains("http://127.0.0.1:8080/"))
    #expect(try folder.admin("account", "create", "--name", "Garden", "--id", "ENTITY2").status == 0)
    func accounts() throws -> [[String?]] {
      try folder.rows("account", "list").map { [$0["account"], $0["onboarding"], $0["creator"]] }
    }
    #expect(
      try accounts() == [["ENTITY1", "PENDING", "ada@example.com"], ["ENTITY2", "COMPLETED", ""]])
    #expect(
      try folder.admin("account", "update", "--account", "ENTITY1", "--creator", "grace@example.com").status == 0)
    #expect(try accounts().first == ["ENTITY1", "PENDING", "grace@example.com"])
    let late = try folder.admin("account", "update", "--account", "ENTITY2", "--creator", "ada@example.com")
    #expect(late.status == 1 && late.errors.contains("completed already"), "\(late)")
    let unfit = try folder.admin("account", "create", "--name", "Yard", "--creator", "ada")
    #expect(unfit.status != 0)
    #expect(try accounts().count == 2)
  }

  @Test func instancesAreChangedAndDeleted() throws {
    let folder = Folder()
    #expect(try folder.admin("instance", "create", "--name", "Shop", "--id", "shop").status == 0)
    let changed = try folder.admin(
      "instance", "update", "--instance", "shop", "--name", "New shop", "--aws-account", "123456789012", "--bucket",
      "my-bucket")
    #expect(changed.status == 0 && changed.text.contains("123456789012"), "\(changed)")
    let wrong = try folder.admin("instance", "update", "--instance", "shop", "--aws-account", "1")
    #expect(wrong.status == 1 && wrong.errors.contains("12 digits"), "\(wrong)")
    #expect(try folder.admin("bucket", "set", "--instance", "shop", "--bucket", "other-bucket").status == 0)
    #expect(try folder.admin("bucket", "remove", "--instance", "shop").status == 0)

    let objects = folder.url.appending(path: "objects/instances/shop/signals/t")
    try FileManager.default.createDirectory(at: objects, withIntermediateDirectories: true)
    try Data("signals".utf8).write(to: objects.appending(path: "part.parquet"))
    let asked = try folder.admin("instance", "delete", "--instance", "shop")
    #expect(asked.status == 1 && asked.errors.contains("--yes"))
    #expect(FileManager.default.fileExists(atPath: objects.appending(path: "part.parquet").path()))
    #expect(try folder.admin("instance", "delete", "--instance", "shop", "--yes").status == 0)
    #expect(!FileManager.default.fileExists(atPath: objects.appending(path: "part.parquet").path()))
    #expect(try folder.rows("instance", "list").isEmpty)
    #expect(try folder.admin("instance", "delete", "--instance", "shop", "--yes").status == 1)

    let audit = try folder.admin("audit", "list")
    let actions = audit.text.split(separator: "\n").map { String($0.split(separator: "\t")[3]) }
    #expect(
      actions == [
        "account.create", "instance.create", "instance.update", "instance.bucket", "instance.bucket",
        "instance.delete",
      ])
    #expect(try folder.admin("audit", "list", "--after", "4").text.split(separator: "\n").count == 2)
    #expect(try folder.admin("audit", "list", "--account", "ENTITY0").text.isEmpty)
    let json = try folder.admin("audit", "list", "--json")
    let records = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [[String: Any]])
    #expect(records.count == 6)
    #expect(records.allSatisfy { $0["actorType"] as? String == "OPERATOR" })
    #expect((records[2]["details"] as? [String: String])?["awsAccountId"] == "123456789012")
  }

  @Test func operatorActsAreRecorded() throws {
    let folder = Folder()
    for command in [
      ["instance", "create", "--name", "Own", "--id", "own"], ["client", "create", "--name", "c", "--instance", "own"],
      ["feature", "subscribe", "--instance", "own", "--feature", "your-garage"],
      ["feature", "unsubscribe", "--instance", "own", "--feature", "your-garage"],
      ["data-set", "register", "--instance", "own", "--name", "old"],
    ] {
      let output = try Program.run(["admin"] + command + ["--data", folder.url.path()])
      #expect(output.status == 0, "\(command) \(output.errors)")
    }
    let text = try folder.admin("audit", "list").text
    for action in [
      "account.create", "instance.create", "account.grant", "subscription.create", "subscription.delete",
      "dataSets.registerLegacy",
    ] { #expect(text.contains("\t\(action)\t"), "\(action)") }
  }
}
