import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

/// Keyed digests against the engine's own MD5.
@Suite struct DigestFunctionTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "digests-\(UUID().uuidString)")

  private func count(_ sql: String) async throws -> Int? {
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder)
    return try await TrustedSession.with(settings) { session in
      try await session.rows("SELECT count(*) FROM (\(sql))").first?.first?.integer
    }
  }

  /// Prefixes and texts around the length of a block, which is 64 bytes.
  @Test(arguments: [0, 1, 55, 63, 64, 71, 128, 200])
  func digestsMatchTheEngine(_ length: Int) async throws {
    let prefix = String(repeating: "s", count: length)
    let texts = "SELECT repeat(chr(97 + CAST(i % 26 AS INTEGER)), CAST(i AS INTEGER)) AS x FROM range(300) t(i)"
    let wrong = try await count(
      """
      SELECT * FROM (\(texts)) WHERE \(DigestFunctions.digest(of: "x", after: prefix)) <> CAST(md5('\(prefix)' || x) AS UUID)
      OR \(DigestFunctions.number(of: "x", after: prefix))
        <> CAST(CAST(md5_number_lower('\(prefix)' || x) AS HUGEINT) - 9223372036854775808 AS BIGINT)
      """)
    #expect(wrong == 0)
    let distinct = try await count(
      "SELECT DISTINCT \(DigestFunctions.digest(of: "x", after: prefix)) FROM (\(texts))")
    #expect(distinct == 300)
  }

  @Test func nullGivesNull() async throws {
    let texts = "SELECT CASE WHEN i % 2 = 0 THEN 'ä' || i END AS x FROM range(5000) t(i)"
    for expression in [DigestFunctions.digest(of: "x", after: "s"), DigestFunctions.number(of: "x", after: "s")] {
      #expect(try await count("SELECT * FROM (SELECT \(expression) AS d FROM (\(texts))) WHERE d IS NULL") == 2500)
    }
  }

  /// Queries of clients cannot compute keys.
  @Test func digestFunctionsAreHiddenFromQueries() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder)
    await #expect(throws: EngineError.self) {
      try await EngineSession.with(settings, access: SessionAccess()) { session in
        _ = try await session.rows("SELECT \(DigestFunctions.number(of: "'x'", after: "s"))")
      }
    }
  }
}
