import Catalog
import Dialects
import Foundation
import S3TestSupport

@testable import Warehouse

/// Files on the disk, and a small table with one column of each type to load them into.
struct LoaderFixture {
  let warehouse: TestWarehouse
  var loader: SignalLoader { SignalLoader(store: warehouse.store, settings: warehouse.settings) }

  init() throws {
    warehouse = try TestWarehouse()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A fixture on that kind of storage.
  init(on kind: StorageKind) async throws {
    warehouse = try await TestWarehouse(on: kind)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  var folder: URL { warehouse.folder.appending(path: "files") }

  /// An event table like those of the catalogue, with few columns.
  static let visits = DataSource(
    name: "visits", baseName: "visits", grain: .userEvent,
    columns: [
      column("user_id", .userKey), column("user_id_type", .string), column("advertiser_timezone", .string),
      column("visit_dt_utc", .timestamp), column("visit_dt", .timestamp), column("visit_dt_hour_utc", .timestamp),
      column("visit_dt_hour", .timestamp), column("visit_date_utc", .date), column("visit_date", .date),
      column("visit_day_utc", .integer), column("visit_hour_utc", .integer), column("visit_hour", .integer),
      column("pages", .bigint), column("spend", .decimal(precision: 38, scale: 4)), column("is_new", .boolean),
      column("rate", .double), column("segments", .array(.integer)), column("tags", .array(.string)),
      column("page", .string),
    ],
    eventTimeColumn: "visit_dt_utc", userColumn: "user_id")

  static func column(_ name: String, _ type: SQLType) -> Column {
    Column(name: name, type: type, kind: .dimension, threshold: .low)
  }

  /// Writes a text file. Line ends are as given.
  func file(_ name: String, _ text: String, format: LoadFormat? = nil) throws -> LoadFile {
    try file(name, Data(text.utf8), format: format)
  }

  func file(_ name: String, _ data: Data, format: LoadFormat? = nil) throws -> LoadFile {
    let url = folder.appending(path: name)
    try data.write(to: url)
    return LoadFile(url: url, displayName: name, format: format)
  }

  /// Writes the rows of a statement in a format of the engine's, compressed by its name.
  func file(_ name: String, select: String, options: String) async throws -> LoadFile {
    let url = folder.appending(path: name)
    try await TrustedSession.with(warehouse.settings, folders: [folder]) { session in
      try await session.execute("COPY (\(select)) TO \(SQLText.string(url.path)) (\(options))")
    }
    return LoadFile(url: url, displayName: name)
  }

  @discardableResult
  func load(
    _ files: LoadFile..., into table: DataSource = visits, mode: SignalStore.PublishMode = .append
  ) async throws -> SignalLoader.Summary {
    try await loader.load(files, into: table, instanceID: TestWarehouse.instanceID, mode: mode)
  }

  /// The problems that a load is refused with, as users see them; nil when it is not refused.
  func problems(_ files: LoadFile..., into table: DataSource = visits) async throws -> [String]? {
    do {
      _ = try await loader.load(files, into: table, instanceID: TestWarehouse.instanceID)
      return nil
    } catch let refusal as LoadRefusal {
      return refusal.problems.map(\.description)
    }
  }

  func rows(_ select: String, of table: DataSource = visits) async throws -> [[EngineValue]] {
    try await warehouse.rows(select, ofTable: table.baseName)
  }

  func manifest(of table: DataSource = visits) async throws -> SignalManifest {
    try await warehouse.store.manifest(of: table.baseName, instanceID: TestWarehouse.instanceID)
  }
}
