import Foundation
import Testing

@testable import Catalog

/// The catalogue compared with its own files, which are read here a second time in the simplest way.
@Suite struct CatalogueFilesTests {
  private static func rows(of file: String) throws -> [[String: String]] {
    let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Catalog/Resources/\(file)")
    let lines = try String(contentsOf: resources, encoding: .utf8).components(separatedBy: "\n").filter { !$0.isEmpty }
    let names = lines[0].components(separatedBy: "\t")
    return lines.dropFirst().map { line in
      Dictionary(uniqueKeysWithValues: zip(names, line.components(separatedBy: "\t")))
    }
  }

  @Test func everyColumnHasATypeAndAThreshold() throws {
    let rows = try Self.rows(of: "datasources.tsv")
    #expect(rows.count == 1_640)
    var counts: [AggregationThreshold: Int] = [:]
    for row in rows {
      let table = try #require(row["table"])
      let source = try #require(Catalogue.standard.dataSource(named: table), "\(table)")
      let column = try #require(source.column(named: row["column"] ?? ""), "\(table): \(row)")
      #expect(column.threshold.rawValue == row["aggregation_threshold"])
      #expect(column.kind.rawValue == row["column_type"])
      if column.name == "user_id" {
        #expect(column.type == .userKey)
      } else {
        #expect(SQLType(catalogName: row["data_type"] ?? "") == column.type)
      }
      counts[column.threshold, default: 0] += 1
    }
    #expect(counts == [.none: 355, .low: 1_103, .medium: 71, .high: 23, .veryHigh: 74, .internal: 14])
    #expect(Set(rows.map { $0["table"] }).count == 40)
    let measurement = Catalogue.standard.dataSources.filter { !$0.isForAudiences }
    #expect(measurement.count == 40)
    // Two data sources have the columns of another one beside their own.
    let inherited = ["dsp_video_events_feed": 99, "adserver_traffic_by_user_segments": 125]
    let inheritedCount = inherited.values.reduce(0, +)
    #expect(measurement.map(\.columns.count).reduce(0, +) == 1_640 + inheritedCount)
    for (table, count) in inherited {
      let own = rows.filter { $0["table"] == table }.count
      let all = try #require(Catalogue.standard.dataSource(named: table)).columns.count
      #expect(all == own + count, "\(table)")
    }
  }

  @Test func everyTableHasTheColumnsOfItsGrain() {
    for source in Catalogue.standard.dataSources {
      switch source.grain {
      case .userEvent:
        #expect(source.userColumn == "user_id" && source.eventTimeColumn != nil, "\(source.name)")
      case .userFact: #expect(source.userColumn == "user_id" && source.eventTimeColumn == nil, "\(source.name)")
      case .eventDetail, .reference: #expect(source.userColumn == nil, "\(source.name)")
      }
      for name in [source.userColumn, source.eventTimeColumn].compactMap({ $0 }) {
        #expect(source.column(named: name) != nil, "\(source.name).\(name)")
      }
      if let user = source.userColumn { #expect(source.column(named: user)?.threshold == .veryHigh) }
      if let time = source.eventTimeColumn {
        #expect(source.column(named: time)?.type.isTime == true, "\(source.name)")
      }
    }
  }

  @Test func audienceTwinsFollowFromTheirBaseTables() throws {
    var twins = 0
    for row in try Self.rows(of: "tables.tsv") {
      let name = try #require(row["table"])
      let base = try #require(Catalogue.standard.dataSource(named: name))
      let twin = Catalogue.standard.dataSource(named: name + "_for_audiences")
      let types = Set((row["audience_advertiser_types"] ?? "").split(separator: ",").map(String.init))
      guard !types.isEmpty else {
        #expect(twin == nil, "\(name)")
        continue
      }
      twins += 1
      let found = try #require(twin, "\(name)")
      #expect(found.baseName == name && found.isForAudiences && !base.isForAudiences)
      #expect(Set(found.advertiserTypes.map(\.rawValue)) == types)
      let absent = Set((row["audience_columns_absent"] ?? "").split(separator: ",").map(String.init))
      #expect(Set(base.columns.map(\.name)).subtracting(found.columns.map(\.name)) == absent)
      #expect(
        found.audienceRules?.rowsWithoutColumn == (row["audience_rows_without"].flatMap { $0.isEmpty ? nil : $0 }))
      #expect(found.audienceRules?.userIDType == (base.column(named: "user_id_type") == nil ? nil : "adUserId"))
    }
    #expect(twins == Catalogue.standard.dataSources.filter(\.isForAudiences).count)
    #expect(twins >= 20)
  }

  /// The tables that AMC's overview of data sources lists for audiences.
  @Test func everyTableForAudiencesIsThere() throws {
    let segments = ["amer", "apac", "eu"].flatMap { region in
      ["inmarket", "inmarket_snapshot", "lifestyle", "lifestyle_snapshot"].map { "audience_segments_\(region)_\($0)" }
    }
    let stores = ["page_views", "engagement_events"].flatMap { kind in
      ["", "_non_endemic"].map { "amazon_brand_store_\(kind)\($0)" }
    }
    let published =
      segments + stores + [
        "amazon_attributed_events_by_conversion_time", "amazon_attributed_events_by_traffic_time", "conversions",
        "conversions_with_relevance", "dsp_clicks", "dsp_impressions_by_matched_segments",
        "dsp_impressions_by_user_segments", "dsp_impressions", "dsp_views", "dsp_video_events_feed",
        "sponsored_ads_traffic", "conversions_all", "segment_metadata", "amazon_your_garage", "amazon_retail_purchases",
        "amazon_pvc_enrollments", "amazon_pvc_streaming_events_feed",
      ]
    let found = Catalogue.standard.dataSources.filter(\.isForAudiences).map(\.name)
    #expect(Set(found) == Set(published.map { $0 + "_for_audiences" }))
  }

  @Test func functionsAndAliases() throws {
    for row in try Self.rows(of: "functions.tsv") {
      let name = try #require(row["function"])
      let function = try #require(Catalogue.standard.function(named: name))
      #expect(
        function.name == name && function.kind.rawValue == row["kind"]
          && function.argumentFlow.rawValue == row["argument_flow"])
      for alias in (row["aliases"] ?? "").split(separator: ",") {
        #expect(Catalogue.standard.function(named: alias.lowercased())?.name == name, "\(alias)")
      }
    }
    let repeated = try #require(Catalogue.standard.function(named: "concat"))
    #expect(repeated.argumentCounts.min == 1 && repeated.argumentCounts.max == nil)
    let optional = try #require(Catalogue.standard.function(named: "SUBSTR"))
    #expect(optional.argumentCounts.min == 2 && optional.argumentCounts.max == 3)
  }

  @Test func namesIgnoreCaseAndInternalTablesAreHidden() {
    #expect(Catalogue.standard.dataSource(named: "DSP_Impressions")?.name == "dsp_impressions")
    #expect(Catalogue.standard.dataSource(named: "dsp_impressions")?.column(named: "Campaign")?.name == "campaign")
    for table in InternalTables.all { #expect(Catalogue.standard.dataSource(named: table.name) == nil) }
  }
}
