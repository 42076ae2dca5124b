import Base
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Warehouse

/// The generation of one sandbox, in one session of the engine and one staging area.
struct SandboxWork {
  let settings: SandboxSettings
  let tables: SandboxTables
  let area: StagingArea
  let session: TrustedSession

  /// Makes all files.
  ///
  /// - Returns: The files of each table, tables in the order of the recipes.
  func run(_ progress: @Sendable (Double) -> Void) async throws -> [(DataSource, [StagedPart])] {
    let hashing = Hashing(seed: settings.seed)
    try await prepare(hashing)
    var parts: [String: [StagedPart]] = [:]
    let days = settings.eventDays
    for (index, day) in days.enumerated() {
      progress(Double(index) / Double(days.count))
      let facts =
        DayFacts(settings: settings, hashing: hashing, day: day).statements
        + PaidDayFacts(settings: settings, hashing: hashing, day: day).statements
      for statement in facts {
        try await session.execute(statement)
      }
      for recipe in day.isSaturday ? tables.daily + tables.weekly : tables.daily {
        parts[recipe.source.name, default: []] += try await write(recipe, day: day)
      }
    }
    parts[tables.byTrafficTime.source.name] = try await writeByTrafficTime()
    for day in MembershipFacts.recordedDays(settings) {
      try await session.execute(MembershipFacts(hashing: hashing, day: day, isLatest: false).createStatement)
      for recipe in tables.snapshots {
        parts[recipe.source.name, default: []] += try await write(recipe, day: day)
      }
    }
    try await session.execute(
      MembershipFacts(hashing: hashing, day: settings.lastDay, isLatest: true).createStatement)
    for recipe in tables.timeless {
      parts[recipe.source.name] = try await write(recipe, day: nil)
    }
    progress(1)
    return tables.all.map { ($0.source, parts[$0.source.name] ?? []) }
  }

  private func prepare(_ hashing: Hashing) async throws {
    var statements = DimensionTables.all.map(\.createStatement)
    statements.append(UserFacts(settings: settings, hashing: hashing).createStatement)
    statements.append(UserFacts.segmentStatement)
    statements.append(ConversionTables.relevanceStatement)
    statements += DayFacts.carryStatements
    for statement in statements {
      try await session.execute(statement)
    }
  }

  /// The attributed events of all days, by the day of the ad that they are attributed to.
  private func writeByTrafficTime() async throws -> [StagedPart] {
    let recipe = tables.byTrafficTime
    var parts: [StagedPart] = []
    for day in settings.eventDays {
      parts += try await write(recipe, day: day, where: "CAST(e.ad.ts AS DATE) = DATE '\(day.text)'")
    }
    return parts
  }

  /// Writes the rows of a recipe as one file, or no file if there are no rows.
  private func write(
    _ recipe: TableRecipe, day: UTCDay?, where condition: String? = nil
  ) async throws -> [StagedPart] {
    let file = try area.file("\(recipe.source.name)-\(day?.text ?? "all").parquet")
    let path = SQLText.string(file.url.path(percentEncoded: false))
    let rows = try await session.rows(
      "COPY (\(recipe.select(where: condition))) TO \(path) (\(ParquetOptions.signals))")
    guard let count = rows.first?.first?.integer, count > 0 else { return [] }
    return [StagedPart(file: file, day: day?.number, rowCount: count)]
  }
}
