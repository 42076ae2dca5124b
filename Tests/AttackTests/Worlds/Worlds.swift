import Catalog
import Dialects
import Foundation
import ObjectStorage
import Warehouse
import WarehouseTestSupport

/// The signals of the first world, and of each of its neighbours.
final class Worlds: Sendable {
  let folder: URL
  let engine: DuckDBEngine
  let session: OpenSession
  private let settings: EngineSettings

  private static let shelf = Shelf()

  /// The worlds of all tests that run now. They take long to make, and are only read.
  static var shared: Worlds {
    get async throws { try await shelf.take() }
  }

  /// Keeps the worlds as long as somebody uses them, so that nothing of them is left when the tests end.
  private actor Shelf {
    private weak var made: Worlds?
    private var making: Task<Worlds, any Error>?

    func take() async throws -> Worlds {
      if let made { return made }
      let task = making ?? Task { try await Worlds() }
      making = task
      defer { making = nil }
      let worlds = try await task.value
      made = worlds
      return worlds
    }
  }

  private init() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let settings = EngineSettings(
      threads: 1, memoryLimitBytes: 512 << 20, spillFolder: folder.appending(path: "spill"))
    self.settings = settings
    engine = try DuckDBEngine(settings: settings)
    let statements = ([nil] + Secret.allCases.map { Optional($0) }).flatMap { secret in
      WorldTables(values: PersonalValues(flipped: secret)).all
        .filter { table in secret.map { WorldTables.touched(by: $0).contains(table.name) } ?? true }
        .map { Self.statement($0, file: Self.file($0.name, secret, in: folder)) }
    }
    session = try await OpenSession(settings, folders: [folder])
    for statement in statements { try await session.execute(statement) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Another session that sees the signals of all worlds, for callers that make their views.
  func openSession() async throws -> OpenSession { try await OpenSession(settings, folders: [folder]) }

  /// The world in which the secret is flipped; nil for the first world.
  subscript(secret: Secret?) -> World { World(folder: folder, flipped: secret) }

  private static func statement(_ table: WorldTables.Table, file: URL) -> String {
    let source =
      WorldUploads.catalogue.dataSource(named: table.name) ?? InternalTables.all.first { $0.name == table.name }
    let items = (source?.columns ?? []).map { column in
      let type = DuckDBTypeNames.name(of: column.type)
      return "CAST(\(table.columns[column.name] ?? "NULL") AS \(type)) AS \"\(column.name)\""
    }
    let path = file.path(percentEncoded: false)
    return "COPY (SELECT \(items.joined(separator: ", ")) FROM \(table.rows)) TO '\(path)' (FORMAT parquet)"
  }

  static func file(_ table: String, _ secret: Secret?, in folder: URL) -> URL {
    folder.appending(path: secret.map { "\(table)-\($0.rawValue).parquet" } ?? "\(table).parquet")
  }
}

/// The signals of one world.
struct World: SignalFiles {
  let folder: URL
  let flipped: Secret?

  func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    let isTouched = flipped.map { WorldTables.touched(by: $0).contains(table) } ?? false
    let file = Worlds.file(table, isTouched ? flipped : nil, in: folder)
    let path = file.path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: path) ? [EngineLocation(path: path)] : []
  }
}
