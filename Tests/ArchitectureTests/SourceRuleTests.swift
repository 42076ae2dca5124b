import Foundation
import Testing

/// Rules about calls that look harmless.
@Suite struct SourceRuleTests {
  /// `UUID()` of Foundation gives the same value again and again when `/dev/urandom` can't be opened.
  /// `RandomIdentifierGenerator` asks the operating system without a file.
  @Test func identifiersComeFromTheSystemsRandomness() throws {
    let sources = ImportTests.sources
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
    #expect(paths.count > 400)
    for path in paths {
      let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
      #expect(!text.contains("UUID()"), "\(path)")
    }
  }
}
