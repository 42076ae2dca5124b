package import Base
package import Catalog
import CleanRoom
package import Foundation
package import Metadata
import Warehouse

/// The tables of audiences whose members clients send, for queries of an instance. Each client has a log and the
/// members that follow from it.
///
/// Source: AMC's guide "Advertiser audiences", for the columns and their types.
package struct AudienceDataSources: Sendable {
  /// The number of digits of a log's id in its tables' names.
  static let nameDigits = 8
  /// The parts of its tables' names, in lower case.
  static let nameParts = ["_audience_members_", "_audience_logs_"]

  private let store: MetadataStore
  private let clock: any WallClock

  package init(store: MetadataStore, clock: any WallClock) {
    self.store = store
    self.clock = clock
  }

  /// The tables of the instance. The members follow from the ttl of each audience and the moment.
  ///
  /// - Parameter asOf: The moment; nil for now.
  package func dataSources(instanceID: String, asOf: Date? = nil) async throws -> [DataSource] {
    let now = asOf ?? clock.now
    return try await store.read { snapshot in
      try snapshot.audienceLogs(instanceID: instanceID).filter { $0.dspAdvertiserID == nil }.flatMap { log in
        let client = try snapshot.find(ClientRecord.self, id: log.clientID)?.name ?? ""
        let audiences = try snapshot.streamedAudiences(logID: log.id)
        let since = audiences.compactMap { audience in
          audience.memberSince(at: now).map { ("\(audience.id)", $0) }
        }
        return [
          Self.members(log, client: client, since: Dictionary(since) { first, _ in first }, asOf: asOf),
          Self.log(log, client: client, asOf: asOf),
        ]
      }
    }
  }

  /// The layouts of all logs of the instance, including those of DSP advertisers, for the removal of people.
  static func layouts(instanceID: String, in snapshot: some MetadataReading) throws -> [RowLayout] {
    try snapshot.audienceLogs(instanceID: instanceID).map { AudienceLogLayout.layout(logID: $0.id) }
  }

  private static func members(
    _ log: AudienceLogRecord, client: String, since: [String: Date], asOf: Date?
  ) -> DataSource {
    var rows = AudienceLogLayout.storedRows(logID: log.id, .currentMembers(since: since))
    rows.asOf = asOf
    return .uploaded(
      name: name(client, "members", log),
      columns: [
        UploadedColumn(name: "audience_id", type: .string, kind: .dimension, threshold: .low),
        UploadedColumn(name: "insert_date_utc", type: .timestamp, kind: .dimension, threshold: .medium),
        UploadedColumn(name: "user_id", type: .string, kind: .dimension),
        UploadedColumn(name: "user_type", type: .string, kind: .dimension, threshold: .low),
      ], userColumn: "user_id", userTypeColumn: "user_type", eventTimeColumn: nil, storedRows: rows)
  }

  private static func log(_ log: AudienceLogRecord, client: String, asOf: Date?) -> DataSource {
    var rows = AudienceLogLayout.storedRows(logID: log.id)
    rows.asOf = asOf
    let dropped = AudienceLogLayout.droppedColumns.map {
      UploadedColumn(name: $0, type: .string, kind: .dimension, threshold: .veryHigh)
    }
    return .uploaded(
      name: name(client, "logs", log),
      columns: [
        UploadedColumn(name: "action", type: .string, kind: .dimension, threshold: .low),
        UploadedColumn(name: "audience_id", type: .bigint, kind: .dimension, threshold: .low),
      ] + dropped + [
        UploadedColumn(name: "insert_date_utc", type: .timestamp, kind: .dimension, threshold: .medium),
        UploadedColumn(name: "user_id", type: .string, kind: .dimension),
        UploadedColumn(name: "user_type", type: .string, kind: .dimension, threshold: .low),
      ], userColumn: "user_id", userTypeColumn: "user_type", eventTimeColumn: "insert_date_utc", storedRows: rows)
  }

  /// `{client}_audience_{kind}_{id}`: the name of the client's application in a form that tables can have, and the
  /// beginning of the log's id.
  private static func name(_ client: String, _ kind: String, _ log: AudienceLogRecord) -> String {
    "\(tableName(of: client))_audience_\(kind)_\(log.id.suffix(nameDigits))"
  }

  /// The largest length of a client's name in a table's name, in characters.
  private static let clientNameLength = 64

  private static func tableName(of client: String) -> String {
    let plain = client.lowercased().unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "0"..."9": Character(scalar)
      default: Character("_")
      }
    }
    let name = String(plain.prefix(clientNameLength))
    return name.first.map { $0.isLetter } == true ? name : "client_\(name)"
  }
}
