import Catalog
import Dialects
import Foundation
import Testing

@testable import Sandbox
@testable import Warehouse

@Suite struct SandboxTableTests {
  @Test func everyTableHasRowsAndEveryDayAFile() async throws {
    let sandbox = try await SandboxFixture.shared.value
    #expect(Set(sandbox.statistics.tables.map(\.name)) == Set(SandboxFixture.tables))
    #expect(sandbox.statistics.tables.allSatisfy { $0.rowCount > 0 && $0.byteCount > 0 })
    let days = Set(sandbox.settings.eventDays.map(\.number))
    for table in SandboxFixture.timedTables {
      let manifest = try await sandbox.store.manifest(of: table, instanceID: SandboxFixture.instanceID)
      if SandboxFixture.rareTables.contains(table) {
        #expect(manifest.files.allSatisfy { $0.day != nil }, "\(table)")
      } else {
        #expect(manifest.files.map(\.day) == days.sorted(), "\(table)")
      }
    }
  }

  @Test func columnsMatchTheCatalogue() async throws {
    let sandbox = try await SandboxFixture.shared.value
    for table in SandboxFixture.tables {
      let source = try #require(
        Catalogue.standard.dataSource(named: table) ?? InternalTables.all.first { $0.name == table })
      let described = try await sandbox.rows("SELECT column_name, column_type FROM (DESCRIBE \(table))")
      #expect(described.map { $0[0].text } == source.columns.map(\.name), "\(table)")
      #expect(described.map { $0[1].text } == source.columns.map { DuckDBTypeNames.name(of: $0.type) }, "\(table)")
    }
  }

  /// A column without any value has been forgotten, except the columns that this advertiser has no use for.
  @Test func everyColumnHasValues() async throws {
    let sandbox = try await SandboxFixture.shared.value
    var empty: Set<String> = []
    for table in SandboxFixture.tables {
      let names = try await sandbox.rows("SELECT column_name FROM (DESCRIBE \(table))").compactMap { $0[0].text }
      let counts = try await sandbox.rows(
        "SELECT \(names.map { "count(\(SQLText.name($0)))" }.joined(separator: ", ")) FROM \(table)")
      for (name, count) in zip(names, counts[0]) where count == .integer(0) { empty.insert("\(table).\(name)") }
    }
    // Video is not shown on pages of a shop.
    #expect(empty == ["sponsored_ads_traffic.matched_behavior_segment_ids", "dsp_video_events_feed.page_type"])
  }

  @Test func filesContainOneDayGroupedByUser() async throws {
    let sandbox = try await SandboxFixture.shared.value
    for table in SandboxFixture.timedTables {
      let source = try #require(Catalogue.standard.dataSource(named: table))
      let time = try #require(source.eventTimeColumn)
      let wrong = try await sandbox.number(
        """
        SELECT count(*) FROM (
          SELECT user_id, lag(user_id) OVER (PARTITION BY filename ORDER BY file_row_number) AS before,
            contains(filename, 'day=' || \(time)::DATE::VARCHAR) AS fits
          FROM \(table)_files)
        WHERE NOT fits OR user_id < before
        """)
      #expect(wrong == 0, "\(table)")
    }
  }

  @Test func anAdditionalCatalogueColumnIsRefused() throws {
    var sources = Catalogue.standard.dataSources
    let index = try #require(sources.firstIndex { $0.name == "dsp_clicks" })
    sources[index].columns.append(Column(name: "brand_new", type: .string, kind: .dimension, threshold: .low))
    let settings = try SandboxSettings(endDate: "2026-01-01")
    #expect(throws: SandboxRecipeError(table: "dsp_clicks", missing: ["brand_new"], unknown: [])) {
      try SandboxTables(sources, settings: settings)
    }
  }

  @Test func aMissingCatalogueColumnIsRefused() throws {
    var sources = Catalogue.standard.dataSources
    let index = try #require(sources.firstIndex { $0.name == "dsp_views" })
    sources[index].columns.removeAll { $0.name == "event_type" }
    let settings = try SandboxSettings(endDate: "2026-01-01")
    #expect(throws: SandboxRecipeError(table: "dsp_views", missing: [], unknown: ["event_type"])) {
      try SandboxTables(sources, settings: settings)
    }
  }

  @Test func settingsAreChecked() throws {
    #expect(throws: InvalidSandboxSettings.self) { try SandboxSettings(users: 0, endDate: "2026-01-01") }
    #expect(throws: InvalidSandboxSettings.self) { try SandboxSettings(days: 501, endDate: "2026-01-01") }
    #expect(throws: InvalidSandboxSettings.self) { try SandboxSettings(endDate: "2026-02-30") }
    let settings = try SandboxSettings(days: 3, endDate: "2026-03-01")
    #expect(settings.eventDays.map(\.text) == ["2026-02-27", "2026-02-28", "2026-03-01"])
  }
}

@Suite struct SandboxReproducibilityTests {
  @Test func theSameSettingsMakeTheSameBytes() async throws {
    let first = try await SandboxFixture(users: 800, days: 3, seed: 11)
    let second = try await SandboxFixture(users: 800, days: 3, seed: 11, on: .s3)
    #expect(try await first.digests() == second.digests())
    #expect(try await first.digests().count == first.statistics.tables.reduce(0) { $0 + $1.fileCount })
  }

  /// More rows than one row group, so that threads share the work.
  @Test func theNumberOfThreadsDoesNotChangeTheBytes() async throws {
    let first = try await SandboxFixture(users: 250_000, days: 1, seed: 3)
    let second = try await SandboxFixture(users: 250_000, days: 1, seed: 3)
    let rows = first.statistics.tables.first { $0.name == "dsp_impressions_by_user_segments" }?.rowCount ?? 0
    #expect(rows > ParquetOptions.rowGroupSize)
    let (one, other) = (try await first.digests(), try await second.digests())
    #expect(one.count == other.count)
    #expect(one.filter { other[$0.key] != $0.value }.keys.sorted() == [])
  }

  @Test func anotherSeedChangesTheBytes() async throws {
    let first = try await SandboxFixture(users: 300, days: 1, seed: 1)
    let second = try await SandboxFixture(users: 300, days: 1, seed: 2)
    let (one, other) = (try await first.digests(), try await second.digests())
    #expect(
      one["dsp_impressions \(first.settings.lastDay.number)"]
        != other["dsp_impressions \(first.settings.lastDay.number)"])
    #expect(one["segment_metadata "] == other["segment_metadata "])
  }

  @Test func generatingAgainReplacesTheSignals() async throws {
    let sandbox = try await SandboxFixture(users: 300, days: 2, seed: 1)
    let settings = try SandboxSettings(users: 300, days: 1, seed: 1, endDate: "2026-03-10")
    let again = try await SandboxGenerator(settings, store: sandbox.store, engine: sandbox.engine)
      .generate(instanceID: SandboxFixture.instanceID)
    for table in again.tables {
      let manifest = try await sandbox.store.manifest(of: table.name, instanceID: SandboxFixture.instanceID)
      #expect(manifest.rowCount == table.rowCount)
      #expect(manifest.files.count == table.fileCount)
    }
  }
}
