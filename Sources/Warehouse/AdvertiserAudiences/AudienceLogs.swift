import Dialects
import FirstPartyData
package import Foundation
import ObjectStorage

/// The logs of who came into the audiences of an instance, and who left them.
package struct AudienceLogs: Sendable {
  private let rows: DataSetStore
  private let identities: IdentityStore
  private let signals: SignalStore

  package init(rows: DataSetStore, identities: IdentityStore, signals: SignalStore) {
    self.rows = rows
    self.identities = identities
    self.signals = signals
  }

  /// Finds out who the records of some requests are about, and appends the entries of those who are known to the logs,
  /// one file a log. Records of nobody who is known leave nothing behind. Returns how many records of each request
  /// matched, by its sequence.
  ///
  /// Requests that all logs hold already change nothing and give the numbers of the first time; their files may be
  /// gone.
  ///
  /// - Parameter looksUpOneIdentifier: See `IdentityGraph`.
  /// - Throws: `StorageError` with `notFound` if the file of a request is gone that a log does not hold.
  package func append(
    _ requests: [StagedAudienceRecords], instanceID: String, scope: IdentityScope, looksUpOneIdentifier: Bool = false
  ) async throws -> [Int64: Int] {
    if let counts = try await countsOfHeld(requests, instanceID: instanceID) { return counts }
    guard requests.allSatisfy({ $0.file != nil }) else { throw StorageError(.notFound) }
    var graph = try await identities.graph(scope)
    graph.looksUpOneIdentifier = looksUpOneIdentifier
    let secret = try await signals.userKeySecret(instanceID: instanceID)
    let area = try await rows.storage.stage()
    defer { area.discard() }
    let access = graph.files + requests.compactMap(\.file)
    return try await TrustedSession.with(rows.settings, files: access, folders: [area.folder]) { session in
      try await session.execute(Self.resolution(of: requests, graph: graph, secret: secret))
      let matched = try await session.rows(
        "SELECT submission, count(DISTINCT ordinal) FROM entries GROUP BY submission")
      let counts = Dictionary(
        uniqueKeysWithValues: matched.map { (Int64($0[0].integer ?? 0), $0[1].integer ?? 0) })
      for logID in Set(requests.flatMap(\.logIDs)).sorted() {
        let own = requests.filter { $0.logIDs.contains(logID) }
        try await publish(own, to: logID, counts: counts, session: session, area: area, instanceID: instanceID)
      }
      return counts
    }
  }

  /// The number of members of each audience in some logs, by the log's id and the audience's id: users whose last entry
  /// is a CREATE at or after the audience's time. All are counted in one session of the engine.
  package func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] {
    var files: [EngineLocation] = []
    var selections: [String] = []
    for request in requests where !request.since.isEmpty {
      let folder = AudienceLogLayout.folder(logID: request.logID)
      let manifest = try await rows.manifest(of: folder, instanceID: request.instanceID)
      guard !manifest.files.isEmpty else { continue }
      let rowFolder = try RowFolder(folder, instanceID: request.instanceID)
      let own = try await rowFolder.locations(of: manifest.files.map(\.listed), in: rows.storage, for: .query)
      files += own
      let entries = RowWriter(AudienceLogLayout.layout(logID: request.logID)).relation(of: own.map(\.path))
      let members = AudienceMembers.select(since: request.since) { _ in entries }
      selections.append(
        "SELECT \(SQLText.string(request.logID)), audience_id, count(*) FROM \(members) GROUP BY audience_id")
    }
    guard !selections.isEmpty else { return [:] }
    let query = selections.joined(separator: " UNION ALL ")
    let counted = try await TrustedSession.with(rows.settings, files: files) { try await $0.rows(query) }
    return counted.reduce(into: [:]) { counts, row in
      counts[row[0].text ?? "", default: [:]][row[1].text ?? ""] = row[2].integer ?? 0
    }
  }

  /// The numbers of requests that all of their logs hold; nil where one of them is missing.
  private func countsOfHeld(
    _ requests: [StagedAudienceRecords], instanceID: String
  ) async throws -> [Int64: Int]? {
    var manifests: [String: RowManifest] = [:]
    var counts: [Int64: Int] = [:]
    for request in requests {
      for logID in request.logIDs {
        let folder = AudienceLogLayout.folder(logID: logID)
        let known = manifests[logID]
        let manifest = if let known { known } else { try await rows.manifest(of: folder, instanceID: instanceID) }
        manifests[logID] = manifest
        guard let batch = manifest.batch(id: request.id) else { return nil }
        counts[request.sequence] = batch.metrics.matchedRowCount
      }
    }
    return counts
  }

  private static func resolution(
    of requests: [StagedAudienceRecords], graph: IdentityGraph, secret: UserKeySecret
  ) -> String {
    let records =
      "(\(requests.compactMap { request in request.file.map(request.select) }.joined(separator: " UNION ALL ")))"
    let resolved = graph.resolving(
      records,
      identifiers: [
        .address: "address", .city: "city", .email: "email", .firstName: "firstname", .lastName: "lastname",
        .phone: "phone", .zip: "postal", .state: "state", .mobileAdvertisingID: "device",
      ], country: "country", secret: secret)
    // A person can be behind several identifier objects of a record.
    return """
      CREATE TEMP TABLE entries AS
      SELECT submission, any_value(action) AS action, any_value(audience_id) AS audience_id,
        any_value(insert_date_utc) AS insert_date_utc, \(ResolvedColumns.userKey) AS user_id,
        min(\(ResolvedColumns.userType)) AS user_type,
        submission * \(StagedAudienceRecords.recordLimit) + record_index AS ordinal
      FROM \(resolved) WHERE \(ResolvedColumns.userKey) IS NOT NULL
      GROUP BY submission, record_index, \(ResolvedColumns.userKey)
      """
  }

  private func publish(
    _ requests: [StagedAudienceRecords], to logID: String, counts: [Int64: Int], session: TrustedSession,
    area: StagingArea, instanceID: String
  ) async throws {
    let layout = AudienceLogLayout.layout(logID: logID)
    let file = try area.file("\(logID).parquet")
    let sequences = requests.map { String($0.sequence) }.joined(separator: ", ")
    let columns = layout.fields.map { SQLText.name($0.name) }.joined(separator: ", ")
    let count = try await RowWriter(layout).write(
      "SELECT \(columns) FROM entries WHERE submission IN (\(sequences)) ORDER BY user_id, ordinal", to: file, session)
    let batches = requests.map { request in
      let matched = counts[request.sequence] ?? 0
      return RowManifest.Batch(
        id: request.id,
        metrics: UploadMetrics(
          inputRowCount: request.recordCount, outputRowCount: matched, matchedRowCount: matched))
    }
    try await rows.publish(
      [StagedRows(file: file, rowCount: count, matchedRowCount: count)], as: batches, to: layout,
      instanceID: instanceID)
  }
}

/// A question for the members that audiences have in a log.
package struct MemberCountRequest: Sendable, Hashable {
  package var logID: String
  package var instanceID: String
  /// The audiences by their ids in text, each with the time at or after which a CREATE makes a member.
  package var since: [String: Date]

  package init(logID: String, instanceID: String, since: [String: Date]) {
    (self.logID, self.instanceID, self.since) = (logID, instanceID, since)
  }
}
