import Foundation
import TestSupport
import Testing

/// The program as a person at a shell sees it.
@Suite(.hangLimit) struct CommandTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path()
  }

  @Test func checkShowsPositionCodeAndLine() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = try file("good.sql", "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign\n")
    let bad = try file("bad.sql", "SELECT campain,\n  COUNT(*) AS n\nFROM dsp_impressions GROUP BY 1\n")
    #expect(try Program.run("check", good).status == 0)
    let output = try Program.run("check", good, bad)
    #expect(output.status == 1)
    #expect(output.text.contains("\(bad):1:8: unknown_column: There is no column `campain` here."))
    #expect(output.text.contains("Did you mean `campaign`?\n  SELECT campain,\n         ^^^^^^^"))
    let json = try Program.run("check", "--json", bad)
    #expect(json.status == 1)
    #expect(json.text.contains("\"code\" : \"unknown_column\""))
  }

  @Test func checkSupportsAudiencesAndParameters() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let audience = try file("a.sql", "SELECT user_id FROM dsp_clicks_for_audiences")
    #expect(try Program.run("check", audience).status == 1)
    #expect(try Program.run("check", "--audience", audience).status == 0)
    let query = "SELECT COUNT(*) AS n FROM dsp_clicks WHERE campaign = CUSTOM_PARAMETER('c')"
    let parameter = try file("p.sql", query)
    let missing = try Program.run("check", parameter)
    #expect(missing.status == 0)
    #expect(missing.text.contains("note: parameter_not_given"))
    #expect(try Program.run("check", parameter, "--param", "c=x").text.contains(": ok"))
    #expect(try Program.run("check", parameter, "--param", "nothing").status == 2)
    #expect(try Program.run("check", folder.appending(path: "none.sql").path()).status == 2)
  }

  @Test func loadsAreAtomic() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "data").path()
    #expect(
      try Program.run("admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own").status == 0)
    let header = "user_id,user_id_type,event_dt_utc,event_subtype,total_units_sold\n"
    let good = try file("good.csv", header + "u1,adUserId,2025-06-01 10:00:00,order,1\n")
    let bad = try file("bad.csv", header + "u1,adUserId,2025-06-01 10:00:00,order,secret\n")
    let refused = try Program.run("load", "conversions", good, bad, "--instance", "own", "--data", data)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("\(bad):2: column 'total_units_sold'"))
    #expect(!refused.errors.contains("secret"))
    let loaded = try Program.run("load", "conversions", good, "--instance", "own", "--data", data)
    #expect(loaded.status == 0)
    #expect(loaded.text.contains("loaded 1 row on 1 day"))
    let unknown = try Program.run("load", "conversions", good, "--instance", "other", "--data", data)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("There is no instance 'other'"))
  }

  @Test func signalsInAnotherEncodingAreDecoded() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "data").path()
    #expect(
      try Program.run("admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own").status == 0)
    let url = folder.appending(path: "latin.csv")
    let text = "user_id,user_id_type,event_dt_utc,event_subtype\nJ\u{FC}rgen,adUserId,2025-06-01 10:00:00,order\n"
    try #require(text.data(using: .isoLatin1)).write(to: url)
    let refused = try Program.run("load", "conversions", url.path(), "--instance", "own", "--data", data)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("\(url.path()):2: malformed_file: The line is not UTF-8 text."))
    #expect(!refused.errors.contains("rgen"))
    let loaded = try Program.run(
      "load", "conversions", url.path(), "--instance", "own", "--data", data, "--encoding", "latin-1")
    #expect(loaded.status == 0, "\(loaded.errors)")
  }

  @Test func unknownCommandsAreRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try Program.run("no-such-command").status == 2)
    #expect(try Program.run("admin", "create-instance", "--name", "Own").status == 2)
  }

  /// The folder of a data folder that was there before, and that anybody could read.
  @Test func aDataFolderIsForItsOwnerOnly() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(
      at: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let objects = data.appending(path: "objects/instances")
    try FileManager.default.createDirectory(
      at: objects, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    try Data("kept".utf8).write(to: data.appending(path: "quickstart.json"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: data.appending(path: "quickstart.json").path)
    let signals = try file(
      "signals.csv",
      "user_id,user_id_type,event_dt_utc,event_subtype,total_units_sold\nu1,adUserId,2025-06-01 10:00:00,order,1\n")
    #expect(
      try Program.run("admin", "instance", "create", "--data", data.path, "--id", "own", "--name", "Own").status == 0)
    #expect(try Program.run("load", "conversions", signals, "--instance", "own", "--data", data.path).status == 0)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: data.path)
    #expect(paths.contains { $0.hasSuffix(".parquet") })
    for path in paths + [""] {
      let attributes = try FileManager.default.attributesOfItem(atPath: data.appending(path: path).path)
      let permissions = try #require(attributes[.posixPermissions] as? NSNumber).intValue
      let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
      #expect(permissions == (isFolder ? 0o700 : 0o600), "\(path)")
    }
  }

  @Test func aDataFolderMayHaveASpaceInItsName() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "my data").path(percentEncoded: false)
    #expect(
      try Program.run("admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own").status == 0)
    #expect(try Program.run("admin", "instance", "list", "--data", data).text.hasPrefix("own\tSTANDARD\t"))
  }

  /// A lock that can't be taken is another matter than one that somebody has.
  @Test func unusableFoldersAreNotReportedAsInUse() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let lock = folder.appending(path: "data/server.lock")
    try FileManager.default.createDirectory(at: lock, withIntermediateDirectories: true)
    let locked = try Program.run("serve", "--data", folder.appending(path: "data").path(), "--port", "0")
    #expect(locked.status == 1)
    #expect(locked.errors.contains("can't be used: Is a directory."), "\(locked.errors)")
    #expect(!locked.errors.contains("Another server"), "\(locked.errors)")
    let occupied = try file("occupied", "a file")
    let below = try Program.run("serve", "--data", "\(occupied)/data", "--port", "0")
    #expect(below.status == 1)
    #expect(
      below.errors.contains("The data folder \(occupied)/data/ can't be used: Not a directory."), "\(below.errors)")
  }

  @Test func twoServersDoNotShareAFolder() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try ServerProcess(users: 100, days: 1)
    try await server.start()
    let second = try Program.run("serve", "--data", server.folder.path(), "--port", "0")
    #expect(second.status == 1)
    #expect(second.errors.contains("Another server already uses the data folder"))
    #expect(server.stop() == 0)
  }
}
