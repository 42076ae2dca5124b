import Catalog
import Foundation
import ObjectStorage
import Warehouse

/// Impressions of ten days, with just the columns that the benchmark's queries read: ten a user.
struct BenchmarkSignals {
  private static let instanceID = "bench"
  private static let table = "dsp_impressions"
  private static let dayCount = 10
  /// 2025-06-01
  private static let firstDay = 20_240
  private static let eventsPerUser = 10

  let store: SignalStore

  var snapshot: SignalSnapshot { store.snapshot(instanceID: Self.instanceID) }

  /// The bytes of all files.
  var byteCount: Int {
    get async throws { try await store.manifest(of: Self.table, instanceID: Self.instanceID).byteCount }
  }

  var window: TimeWindow {
    TimeWindow(
      start: Date(timeIntervalSince1970: Double(Self.firstDay) * 86_400),
      end: Date(timeIntervalSince1970: Double(Self.firstDay + Self.dayCount) * 86_400))
  }

  /// The events of a folder; they are made there unless they are there already.
  static func make(in root: URL, events: Int, settings: EngineSettings) async throws -> BenchmarkSignals {
    let storage = try LocalFolderStorage(root: root.appending(path: "objects-\(events)"))
    let signals = BenchmarkSignals(store: SignalStore(storage: storage))
    let manifest = try await signals.store.manifest(of: table, instanceID: instanceID)
    guard manifest.files.isEmpty else { return signals }
    let area = try await storage.stage()
    defer { area.discard() }
    let parts = try await TrustedSession.with(settings, folders: [area.folder]) { session in
      var parts: [StagedPart] = []
      for day in 0..<dayCount {
        let file = try area.file("day-\(day).parquet")
        let path = file.url.path(percentEncoded: false)
        let count = events / dayCount
        try await session.execute(
          "COPY (\(select(day: day, count: count, users: max(1, events / eventsPerUser)))) TO '\(path)' "
            + "(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)")
        parts.append(StagedPart(file: file, day: firstDay + day, rowCount: count))
      }
      return parts
    }
    try await signals.store.publish(parts, to: table, instanceID: instanceID, mode: .replace)
    return signals
  }

  /// One day, sorted by user as loaded signals are. A user sees three of twelve campaigns, four times of five on one
  /// device.
  private static func select(day: Int, count: Int, users: Int) -> String {
    """
    SELECT CAST(CAST(who AS HUGEINT) - 9223372036854775808 AS BIGINT) AS user_id,
      'Campaign ' || ((who + (id >> 20) % 3) % 12)::VARCHAR AS campaign,
      ['Phone', 'PC', 'TV'][1 + CAST((CASE WHEN (id >> 40) % 5 = 0 THEN id ELSE who END >> 4) % 3 AS INTEGER)]
        AS device_type,
      CAST(1 AS BIGINT) AS impressions, CAST(200 + (id >> 30) % 600 AS DOUBLE) AS total_cost,
      make_timestamp((\(firstDay + day) * 86400 + CAST((id >> 7) % 86400 AS BIGINT)) * 1000000) AS impression_dt_utc
    FROM (SELECT *, hash(id % \(users)) >> 1 AS who FROM (SELECT hash(\(day), n) AS id FROM range(\(count)) numbers(n)))
    ORDER BY user_id
    """
  }
}
