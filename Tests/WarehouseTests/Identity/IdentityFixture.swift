import Dialects
import FirstPartyData
import Foundation
import ObjectStorage
import S3TestSupport

@testable import Warehouse

/// An identity graph, files to load into it, and records to resolve with it.
struct IdentityFixture {
  static let scope = IdentityScope.marketplace("ATVPDKIKX0DER")

  let files: LoaderFixture
  let store: IdentityStore
  let loader: IdentityLoader

  init(on kind: StorageKind = .folder, now: @escaping @Sendable () -> Date = { Date() }) async throws {
    files = try await LoaderFixture(on: kind)
    store = IdentityStore(storage: files.warehouse.storage, now: now)
    loader = IdentityLoader(store: store, settings: files.warehouse.settings)
  }

  /// A row of a file, or a record: values by column. Values of hashed columns are hashed on the way, and a letter that
  /// stands for a device becomes a UUID.
  typealias Row = [String: String]

  /// Writes people as Parquet, NULL where a row has nothing.
  func people(_ rows: [Row], name: String = "people.parquet") async throws -> LoadFile {
    try await files.file(name, select: Self.select(rows, columns: PeopleColumns.names), options: "FORMAT parquet")
  }

  @discardableResult
  func load(
    _ rows: [Row], mode: IdentityLoader.Mode = .append, into scope: IdentityScope = scope
  ) async throws -> IdentityManifest {
    try await loader.load([people(rows)], into: scope, mode: mode)
  }

  /// The problems that a load is refused with; nil when it is not refused.
  func problems(_ files: LoadFile...) async throws -> [String]? {
    do {
      _ = try await loader.load(files, into: Self.scope)
      return nil
    } catch let refusal as LoadRefusal {
      return refusal.problems.map(\.description)
    }
  }

  /// The users of records, in the order of the records: the user's identifier and its kind as `user type`, nil for
  /// nobody. `users` are those who may be found.
  func resolve(
    _ records: [Row], users: [String], scope: IdentityScope = scope, kinds: [IdentifierKind] = IdentifierKind.allCases,
    looksUpOneIdentifier: Bool = false
  ) async throws -> [String?] {
    var graph = try await store.graph(scope)
    graph.looksUpOneIdentifier = looksUpOneIdentifier
    let secret = try await files.warehouse.store.userKeySecret(instanceID: TestWarehouse.instanceID)
    let relation = "(\(Self.select(records, columns: Self.recordColumns)))"
    let identifiers = Dictionary(uniqueKeysWithValues: kinds.map { ($0, SQLText.name($0.rawValue)) })
    let resolved = graph.resolving(relation, identifiers: identifiers, country: "COUNTRY_CODE", secret: secret)
    let names = users.map { "(\(SQLText.string($0)))" }.joined(separator: ", ")
    let rows = try await TrustedSession.with(files.warehouse.settings, files: graph.files) { session in
      try await session.rows(
        """
        SELECT n::BIGINT, CASE WHEN resolved_user_key IS NOT NULL THEN coalesce(name, 'unexpected') END,
          resolved_user_type
        FROM \(resolved) LEFT JOIN (VALUES \(names)) names(name) ON \(secret.keyExpression(of: "name")) = resolved_user_key
        ORDER BY n
        """)
    }
    return rows.map { row in
      guard let user = row[1].text else { return row[2] == .null ? nil : "type without user" }
      return "\(user) \(row[2].text ?? "without type")"
    }
  }

  private static let recordColumns = IdentifierKind.allCases.map(\.rawValue) + [PeopleColumns.country]

  /// The rows as a SELECT, numbered by `n` for records.
  private static func select(_ rows: [Row], columns: [String]) -> String {
    let lines = rows.enumerated().map { number, row in
      "(\(([String(number)] + columns.map { value(row[$0], of: $0) }).joined(separator: ", ")))"
    }
    let names = (["n"] + columns).map(SQLText.name).joined(separator: ", ")
    let all = "SELECT * FROM (VALUES \(lines.joined(separator: ", "))) rows(\(names))"
    return columns == recordColumns ? all : "SELECT * EXCLUDE (n) FROM (\(all))"
  }

  private static func value(_ text: String?, of column: String) -> String {
    guard let text else { return "CAST(NULL AS VARCHAR)" }
    let kind = IdentifierKind(rawValue: column)
    if kind == .mobileAdvertisingID, text.count == 1 {
      return "CAST(CAST(md5(lower(\(SQLText.string(text)))) AS UUID) AS VARCHAR)"
    }
    return kind?.isHashed == true ? "sha256(\(SQLText.string(text)))" : SQLText.string(text)
  }
}
