import Foundation
import Testing

/// Rules that hold for the tests themselves.
@Suite struct TestRuleTests {
  private static let tests = ImportTests.sources.deletingLastPathComponent().appending(path: "Tests")

  /// The Swift files of all tests except those with these names, with their text.
  private func files(except names: Set<String>) throws -> [(path: String, text: String)] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.tests.path).filter { $0.hasSuffix(".swift") }
    let others = paths.filter { !names.contains(URL(filePath: $0).lastPathComponent) }
    #expect(others.count == paths.count - names.count)
    return try others.map { ($0, try String(contentsOf: Self.tests.appending(path: $0), encoding: .utf8)) }
  }

  /// A limit only ends a test that hangs, and is the same for all: see `HangLimit`.
  @Test func theOnlyTimeLimitIsThatForHangs() throws {
    for file in try files(except: ["HangLimit.swift", "TestRuleTests.swift"]) {
      #expect(!file.text.contains(".timeLimit(."), "\(file.path)")
    }
  }

  /// No test waits for time to pass, but between two questions to another process.
  @Test func noTestSleeps() throws {
    for file in try files(except: ["Polling.swift", "TestRuleTests.swift"]) {
      let sleeps = file.text.matches(of: /Task\.sleep|usleep|Thread\.sleep|nanosleep/)
      #expect(sleeps.isEmpty, "\(file.path)")
    }
  }
}
