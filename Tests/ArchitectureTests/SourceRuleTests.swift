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

  /// The engine also runs in workers, where Dispatch aborts the process when it looks for its threads in `/proc`, on a
  /// kernel that does not let it.
  @Test func theEngineDoesNotUseDispatch() throws {
    let files = try ImportTests.swiftFiles(of: "Warehouse").filter { $0.path.contains("/DuckDB/") }
    #expect(files.count > 10)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("import Dispatch") && !text.contains("DispatchQueue"), "\(file.lastPathComponent)")
    }
  }
}
