package import struct Foundation.Date
import GRDB

/// An audience that may be due for a refresh, with the facts that decide about it.
package struct RefreshCandidate: Sendable, Hashable {
  package var audience: AudienceRecord
  package var accountID: String
  package var use: LineItemUse
}

extension MetadataReading {
  /// The audiences with members and without a job that may be due at a moment: their requested rate has passed, they
  /// wait to be tried again, or they have to be refreshed. The longest unrefreshed come first.
  ///
  /// - Parameters:
  ///   - instanceID: nil for all instances.
  ///   - time: Audiences that are never refreshed count if they were requested by then.
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

  /// The deactivated audiences whose members' files are yet to be removed, and their accounts. Those with a job are not
  /// among them.
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

  /// The number of the instance's refreshes that are waiting or running.
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
