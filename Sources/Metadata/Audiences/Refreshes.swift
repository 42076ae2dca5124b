package import struct Foundation.Date
import GRDB

/// An audience that may be due, with what decides whether it is.
package struct RefreshCandidate: Sendable, Hashable {
  package var audience: AudienceRecord
  package var accountID: String
  package var use: LineItemUse
}

extension MetadataReading {
  /// The audiences with members and without a job under way that may be due at a moment: whose asked rate has passed, that
  /// wait to be tried again, or that have to be refreshed. Longest unrefreshed first.
  ///
  /// - Parameters:
  ///   - instanceID: nil for all instances.
  ///   - time: Of audiences that are never refreshed, those that were asked for by then.
  package func refreshCandidates(
    instanceID: String?, at now: Date, neverRefreshedAskedBy time: Date
  ) throws -> [RefreshCandidate] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT audience.*, instance.accountID AS candidateAccountID,
          MAX(lineItemAudience.removedAt) AS lastUseEnd,
          COUNT(lineItemAudience.addedAt) - COUNT(lineItemAudience.removedAt) AS presentUseCount
        FROM audience JOIN instance ON instance.id = audience.instanceID
        LEFT JOIN advertiserAudience ON advertiserAudience.audienceID = audience.id
        LEFT JOIN lineItemAudience ON lineItemAudience.canonicalID = advertiserAudience.canonicalID
        WHERE audience.status = 'SUCCEEDED' AND (:instance IS NULL OR audience.instanceID = :instance)
          AND (CASE WHEN refreshRateDays = 0 THEN askedAt <= :asked
                 ELSE refreshedFor + refreshRateDays * 86400000 <= :now END
               OR retryAt <= :now OR userDeletionCount > coveredUserDeletionCount)
          AND NOT EXISTS (
            SELECT 1 FROM job WHERE kind = 'audience' AND subjectID = audience.id AND state != 'FINISHED')
        GROUP BY audience.sequence ORDER BY audience.refreshedFor, audience.sequence
        """,
      arguments: ["instance": instanceID, "now": now.databaseMilliseconds, "asked": time.databaseMilliseconds])
    return try rows.map { row in
      let end: Int64? = row["lastUseEnd"]
      let presentUseCount: Int = row["presentUseCount"]
      let use: LineItemUse =
        presentUseCount > 0 ? .now : end.map { .until(Date(timeIntervalSince1970: Double($0) / 1000)) } ?? .never
      return RefreshCandidate(
        audience: try AudienceRecord(row: row), accountID: row["candidateAccountID"], use: use)
    }
  }

  /// The deactivated audiences whose members' files are still to be removed, and the accounts that they belong to. Those
  /// with a job under way are not among them.
  package func audiencesToClear() throws -> [(audience: AudienceRecord, accountID: String)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT audience.*, instance.accountID AS candidateAccountID
        FROM audience JOIN instance ON instance.id = audience.instanceID
        WHERE audience.status = 'DEACTIVATED' AND membersPrefix IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM job WHERE kind = 'audience' AND subjectID = audience.id AND state != 'FINISHED')
        ORDER BY audience.sequence
        """)
    return try rows.map { (try AudienceRecord(row: $0), $0["candidateAccountID"]) }
  }

  /// How many refreshes of the instance wait or run.
  package func unfinishedRefreshCount(instanceID: String) throws -> Int {
    try Int.fetchOne(
      database,
      sql: """
        SELECT COUNT(*) FROM job JOIN audience ON audience.id = job.subjectID
        WHERE job.kind = 'audience' AND job.state != 'FINISHED' AND job.instanceID = ?
          AND audience.status IN ('SUCCEEDED', 'DEACTIVATED')
        """, arguments: [instanceID]) ?? 0
  }
}
