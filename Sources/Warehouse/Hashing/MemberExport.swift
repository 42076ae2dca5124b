import Base
import Dialects
package import Foundation
package import ObjectStorage

/// Writes the members of an audience for somebody outside: their ids there, and nothing else.
///
/// The id of a member is the HMAC-SHA-256 of its user key under the secret of the destination. Who has the ids of two
/// destinations can't join them, and who has no secret can't find out the id of a key.
package enum MemberExport {
  /// The column of members' ids, in lower-case hexadecimal.
  package static let column = "member_id"
  /// The length of a destination's secret, in bytes.
  package static let secretByteCount = 32
  /// The length of a block of SHA-256, to which a key is filled up.
  private static let blockByteCount = 64

  /// Writes the members of `source`, each once and ordered by id, so that their order tells nothing either. Returns how
  /// many there are.
  ///
  /// - Parameters:
  ///   - source: A Parquet file with the column `user_id`, as audience queries leave it.
  ///   - target: The name of the new file in `area`.
  package static func write(
    _ source: EngineLocation, secret: Data, to target: String, in area: StagingArea, settings: EngineSettings
  ) async throws -> Int {
    guard secret.count == secretByteCount else { throw EngineError(.unavailable) }
    let location = try area.location(of: target)
    return try await TrustedSession.with(settings, files: [source], folders: [area.folder]) { session in
      let ids = """
        SELECT DISTINCT \(expression(of: "CAST(user_id AS VARCHAR)", secret: secret)) AS \(column)
        FROM read_parquet(\(SQLText.string(source.path))) WHERE user_id IS NOT NULL ORDER BY \(column)
        """
      try await session.execute("COPY (\(ids)) TO \(SQLText.string(location.path)) (\(ParquetOptions.results))")
      let rows = try await session.rows("SELECT COUNT(*) FROM read_parquet(\(SQLText.string(location.path)))")
      guard case .integer(let count)? = rows.first?.first else { return 0 }
      return Int(count)
    }
  }

  /// HMAC as RFC 2104 has it, over the engine's own SHA-256.
  static func expression(of text: String, secret: Data) -> String {
    let key = Array(secret) + Array(repeating: 0, count: blockByteCount - secret.count)
    let (inner, outer) = (Hexadecimal.text(of: key.map { $0 ^ 0x36 }), Hexadecimal.text(of: key.map { $0 ^ 0x5C }))
    return "sha256(unhex('\(outer)') || unhex(sha256(unhex('\(inner)') || encode(\(text)))))"
  }
}
