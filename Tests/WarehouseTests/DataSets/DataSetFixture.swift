import Base
import Crypto
import FirstPartyData
import Foundation
import ObjectStorage
import S3TestSupport
import Synchronization

@testable import Warehouse

/// A data set in an instance, files to load into it, and people to find.
struct DataSetFixture {
  static let instanceID = TestWarehouse.instanceID

  let files: LoaderFixture
  let store: DataSetStore
  let identities: IdentityStore
  let clock: TestClock
  var schema: DataSetSchema

  /// A clock that a test sets.
  final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_780_000_000))
    var now: Date { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  init(_ schema: DataSetSchema = purchases(), on kind: StorageKind = .folder) async throws {
    let clock = TestClock()
    files = try await LoaderFixture(on: kind)
    store = DataSetStore(storage: files.warehouse.storage, settings: files.warehouse.settings) { clock.now }
    identities = IdentityStore(storage: files.warehouse.storage)
    self.clock = clock
    self.schema = schema
  }

  /// Events of people who are known by e-mail addresses.
  static func purchases(_ period: DataSetPeriod = .day, countryCode: String? = nil) -> DataSetSchema {
    DataSetSchema(
      uid: "0123abcd", period: period, countryCode: countryCode,
      columns: [
        DataSetColumn(name: "email", dataType: .string, isNullable: true, role: .identifier(.email)),
        DataSetColumn(name: "product", dataType: .string),
        DataSetColumn(name: "quantity", dataType: .integer, kind: .metric, isNullable: true),
        DataSetColumn(name: "order_id", dataType: .long, isNullable: true),
        DataSetColumn(name: "amount", dataType: .decimal, kind: .metric, isNullable: true),
        DataSetColumn(name: "shipped", dataType: .date, isNullable: true),
        DataSetColumn(name: "purchase_time", dataType: .timestamp, role: .mainEventTime),
        DataSetColumn(name: "user_id", dataType: .string, isNullable: true, role: .mainUserID),
        DataSetColumn(name: "user_id_type", dataType: .string, isNullable: true, role: .mainUserIDType),
      ])
  }

  /// Facts about nobody.
  static func events(_ period: DataSetPeriod) -> DataSetSchema {
    DataSetSchema(
      uid: "events", period: period,
      columns: [
        DataSetColumn(name: "what", dataType: .string),
        DataSetColumn(name: "at", dataType: .timestamp, role: .mainEventTime),
      ])
  }

  /// A table without times.
  static let products = DataSetSchema(
    uid: "products",
    columns: [
      DataSetColumn(name: "sku", dataType: .string), DataSetColumn(name: "title", dataType: .string, isNullable: true),
    ])

  static func hash(_ text: String) -> String {
    Hexadecimal.text(of: SHA256.hash(data: Data(text.utf8)))
  }

  /// Makes these e-mail addresses known, each of a user of that name.
  func know(_ users: [String: String]) async throws {
    let lines = users.sorted { $0.key < $1.key }.map { "\($0.value),\(Self.hash($0.key)),US" }
    let file = try files.file("people.csv", (["user_id,email,country_code"] + lines).joined(separator: "\n") + "\n")
    _ = try await IdentityLoader(store: identities, settings: files.warehouse.settings)
      .load([file], into: IdentityFixture.scope, mode: .replace)
  }

  var secret: UserKeySecret {
    get async throws { try await files.warehouse.store.userKeySecret(instanceID: Self.instanceID) }
  }

  /// Loads text as a CSV file.
  @discardableResult
  func load(
    _ text: String, id: String = UUID().uuidString, strategy: UpdateStrategy = .additive, country: String? = nil,
    shape: CSVShape = CSVShape(), consent: ConsentPolicy = ConsentPolicy(), in other: DataSetStore? = nil,
    validate: () async throws -> Void = {}
  ) async throws -> UploadMetrics {
    try await load(
      [try write("a.csv", Data(text.utf8))], id: id, strategy: strategy, country: country, format: .csv(shape),
      consent: consent, in: other, validate: validate)
  }

  func write(_ name: String, _ data: Data) throws -> LoadFile {
    let url = files.folder.appending(path: "\(UUID().uuidString)-\(name)")
    try data.write(to: url)
    return LoadFile(url: url, displayName: name)
  }

  @discardableResult
  func load(
    _ files: [LoadFile], id: String = UUID().uuidString, strategy: UpdateStrategy = .additive,
    country: String? = nil, compression: UploadCompression = .none, format: UploadFormat = .csv(CSVShape()),
    consent: ConsentPolicy = ConsentPolicy(), in other: DataSetStore? = nil,
    validate: () async throws -> Void = {}
  ) async throws -> UploadMetrics {
    let request = UploadRequest(
      uploadID: id, strategy: strategy, countryCode: country, compression: compression, format: format, files: files)
    return try await DataSetLoader(store: other ?? store, settings: self.files.warehouse.settings).load(
      request, into: schema, instanceID: Self.instanceID, identities: identities.graph(IdentityFixture.scope),
      secret: secret, consent: consent, validate: validate)
  }

  /// The problems that a load is refused with, as users see them; nil when it is not refused.
  func problems(_ work: () async throws -> UploadMetrics) async throws -> [String]? {
    do {
      _ = try await work()
      return nil
    } catch let refusal as LoadRefusal {
      return refusal.problems.map(\.description)
    }
  }

  func problems(_ text: String, shape: CSVShape = CSVShape()) async throws -> [String]? {
    try await problems { try await load(text, shape: shape) }
  }

  var manifest: RowManifest {
    get async throws { try await store.manifest(of: schema.folder, instanceID: Self.instanceID) }
  }

  /// Rows of the data set as queries read it, as text.
  func rows(_ select: String, asOf moment: Date? = nil) async throws -> [[String?]] {
    var stored = schema.layout.storedRows()
    stored.asOf = moment
    let locations = try await files.warehouse.snapshot.files(of: stored, days: nil)
    guard !locations.isEmpty else { return [] }
    let relation = RowWriter(schema.layout).relation(of: locations.map(\.path))
    return try await TrustedSession.with(files.warehouse.settings, files: locations) { session in
      try await session.execute("CREATE VIEW data AS FROM \(relation)")
      return try await session.rows("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\(select))").map { row in row.map(\.text)
      }
    }
  }
}
