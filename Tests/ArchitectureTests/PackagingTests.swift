import Foundation
import Testing

/// What is installed fits what the program is.
@Suite struct PackagingTests {
  private static let root = ImportTests.sources.deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// The directives of a unit: each name with its values, in their order.
  private func directives(_ unit: String) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for match in try text("packaging/\(unit)").matches(of: #/(?m)^([A-Za-z]+)=(.*)$/#) {
      found[String(match.1), default: []].append(String(match.2))
    }
    return found
  }

  private func sources() throws -> [(path: String, text: String)] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: ImportTests.sources.path)
    return try paths.filter { $0.hasSuffix(".swift") }.map { ($0, try text("Sources/\($0)")) }
  }

  @Test func everyPackageHasAnExactVersion() throws {
    let dependencies = try text("Package.swift").matches(of: #/\.package\(url: "([^"]+)", ([a-z]+)[:(]/#)
    #expect(dependencies.count >= 10)
    for dependency in dependencies { #expect(dependency.2 == "exact", "\(dependency.1)") }
  }

  /// `FoundationNetworking` would make libcurl, and all that it needs, a part of every installation.
  @Test func theProgramNeedsNoSecondHTTPLibrary() throws {
    let sources = try sources()
    #expect(sources.count >= 500)
    for source in sources { #expect(!source.text.contains("import FoundationNetworking"), "\(source.path)") }
  }

  @Test func theSettingsOfTheServiceAreThoseOfTheProgram() throws {
    let program = try sources().map(\.text).joined()
    let backup = try text("packaging/adyton-backup.service")
    let names = try text("packaging/adyton.env").matches(of: #/(?m)^#?(ADYTON_[A-Z0-9_]+)=/#).map { String($0.1) }
    #expect(names.count >= 8)
    for name in names {
      #expect(program.contains("\"\(name)\"") || backup.contains("${\(name)}"), "\(name)")
    }
  }

  /// The server reads in `/proc` how much memory its workers hold, and workers shut themselves in by system calls that
  /// are in no group of systemd.
  @Test func theUnitLeavesWorkersTheirLimitsAndWalls() throws {
    let unit = try directives("adyton.service")
    #expect(unit["ProtectProc"] == nil && unit["ProcSubset"] == nil)
    let calls = Set(try #require(unit["SystemCallFilter"]).flatMap { $0.split(separator: " ").map(String.init) })
    #expect(
      calls.isSuperset(of: [
        "@system-service", "seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
      ]))
    #expect(unit["OOMPolicy"] == ["continue"])
  }

  /// Workers at work may finish when the server is asked to stop, so that the signal goes to the server alone.
  @Test func aStopLetsQueriesFinish() throws {
    let unit = try directives("adyton.service")
    #expect(unit["KillMode"] == ["mixed"])
    let seconds = try #require(unit["TimeoutStopSec"]?.first.flatMap { Int($0) })
    let options = try text("Sources/adyton/Serve/ServerOptions.swift")
    let drain = try #require(options.firstMatch(of: #/"ADYTON_DRAIN_SECONDS", default: (\d+)/#).flatMap { Int($0.1) })
    #expect(seconds > drain)
  }

  @Test(arguments: ["adyton.service", "adyton-backup.service"])
  func aUnitIsShutIn(_ name: String) throws {
    let unit = try directives(name)
    #expect(unit["User"] == ["adyton"])
    #expect(unit["CapabilityBoundingSet"] == [""])
    #expect(unit["UMask"] == ["0077"])
    for setting in [
      "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "RestrictNamespaces", "MemoryDenyWriteExecute",
      "ProtectKernelTunables", "ProtectControlGroups", "LockPersonality",
    ] { #expect(unit[setting] == ["yes"], "\(setting)") }
    #expect(unit["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"])
  }
}
