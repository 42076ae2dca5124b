import Base
import Crypto
import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

@Suite struct MemberExportTests {
  private static let keys: [Int64] = [-9_223_372_036_854_775_808, -1, 0, 42, 9_007_199_254_740_993]

  /// The ids as swift-crypto computes them.
  private static func expected(_ secret: Data) -> [String] {
    keys.map { key in
      let code = HMAC<SHA256>.authenticationCode(
        for: Data(String(key).utf8), using: SymmetricKey(data: secret))
      return Hexadecimal.text(of: code)
    }.sorted()
  }

  private struct Setting {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-export-\(UUID().uuidString)")
    let storage: LocalFolderStorage
    let settings: EngineSettings

    init() throws {
      storage = try LocalFolderStorage(root: folder.appending(path: "objects"))
      settings = EngineSettings(threads: 2, memoryLimitBytes: 256 << 20, spillFolder: folder.appending(path: "spill"))
    }

    /// A file as audience queries leave it, one key twice and one missing.
    func members(in area: StagingArea) async throws -> EngineLocation {
      let location = try area.location(of: "members.parquet")
      let values = (MemberExportTests.keys + [42]).map { "(CAST('\($0)' AS BIGINT))" }.joined(separator: ", ")
      try await TrustedSession.with(settings, folders: [area.folder]) { session in
        try await session.execute(
          "COPY (SELECT * FROM (VALUES \(values), (NULL)) AS t (user_id)) TO '\(location.path)' (FORMAT parquet)")
      }
      return location
    }

    func ids(of secret: Data) async throws -> (ids: [String], columns: [String], count: Int) {
      let area = try await storage.stage()
      let source = try await members(in: area)
      let count = try await MemberExport.write(source, secret: secret, to: "out.parquet", in: area, settings: settings)
      let target = try area.location(of: "out.parquet")
      return try await TrustedSession.with(settings, files: [target]) { session in
        let rows = try await session.rows("SELECT member_id FROM read_parquet('\(target.path)')")
        let columns = try await session.rows(
          "SELECT CAST(column_name AS VARCHAR) FROM (DESCRIBE SELECT * FROM read_parquet('\(target.path)'))")
        return (rows.compactMap { $0.first?.text }, columns.compactMap { $0.first?.text }, count)
      }
    }
  }

  @Test func exportedIDsAreSortedKeyedDigests() async throws {
    let setting = try Setting()
    defer { try? FileManager.default.removeItem(at: setting.folder) }
    for byte in [UInt8(0), 0x5C, 0xFF] {
      let secret = Data(repeating: byte, count: MemberExport.secretByteCount)
      let written = try await setting.ids(of: secret)
      #expect(written.ids == Self.expected(secret))
      #expect(written.columns == ["member_id"])
      #expect(written.count == Self.keys.count)
    }
  }

  /// The ids of two destinations have nothing in common by which they could be joined.
  @Test func anotherSecretGivesOtherIDs() async throws {
    let setting = try Setting()
    defer { try? FileManager.default.removeItem(at: setting.folder) }
    let first = try await setting.ids(of: Data((0..<32).map { UInt8($0) }))
    let second = try await setting.ids(of: Data((1...32).map { UInt8($0) }))
    #expect(Set(first.ids).isDisjoint(with: second.ids))
  }

  @Test func aSecretOfAnotherLengthIsRefused() async throws {
    let setting = try Setting()
    defer { try? FileManager.default.removeItem(at: setting.folder) }
    await #expect(throws: EngineError.self) { _ = try await setting.ids(of: Data([1])) }
  }
}
