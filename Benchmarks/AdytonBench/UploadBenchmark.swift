import ArgumentParser
import FirstPartyData
import Foundation
import ObjectStorage
import Warehouse

/// The cost of an upload, from the file to the published data set, compared with a plain copy of the same file to
/// Parquet: in turn, with the same threads and memory.
struct UploadBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "upload")

  @Option(help: "A folder for the file and what it becomes; it is made where there is none.")
  var data: String

  @Option(help: "How many records the file has.")
  var rows = 4_000_000

  @Option(help: "How many people are known; four of five of them are customers.")
  var people = 1_000_000

  @Flag(help: "Pack the file with gzip.")
  var gzip = false

  @Option(help: "How many pairs are measured, after one that is not.")
  var pairs = 3

  @Option(help: "Threads of the engine.")
  var threads = 2

  @Option(help: "The memory that the engine may use, in MiB.")
  var memoryMiB = 2048

  private static let instanceID = "bench"
  private static let scope = IdentityScope.marketplace("ATVPDKIKX0DER")

  private struct Report: Encodable {
    var rows: Int
    var fileBytes: Int
    var matchedRows: Int
    var upload: [Double]
    var copy: [Double]
    /// Of the uploads.
    var peakMemoryMiB = 0
  }

  private var root: URL { URL(filePath: data, directoryHint: .isDirectory) }
  private var files: URL { root.appending(path: "files", directoryHint: .isDirectory) }
  private var file: URL { files.appending(path: gzip ? "purchases-\(rows).csv.gz" : "purchases-\(rows).csv") }

  private var settings: EngineSettings {
    EngineSettings(threads: threads, memoryLimitBytes: memoryMiB << 20, spillFolder: root.appending(path: "spill"))
  }

  private static let schema = DataSetSchema(
    uid: "bench",
    columns: [
      DataSetColumn(name: "hashed_email", dataType: .string, isNullable: true, role: .identifier(.email)),
      DataSetColumn(name: "product_name", dataType: .string),
      DataSetColumn(name: "quantity", dataType: .integer, kind: .metric),
      DataSetColumn(name: "amount", dataType: .decimal, kind: .metric),
      DataSetColumn(name: "order_id", dataType: .long),
      DataSetColumn(name: "store", dataType: .string),
      DataSetColumn(name: "purchase_time", dataType: .timestamp, role: .mainEventTime),
      DataSetColumn(name: "user_id", dataType: .string, isNullable: true, role: .mainUserID),
      DataSetColumn(name: "user_id_type", dataType: .string, isNullable: true, role: .mainUserIDType),
    ])

  func run() async throws {
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    let storage = try LocalFolderStorage(root: root.appending(path: "objects"))
    try await makeFile()
    try await knowPeople(in: storage)
    var report = Report(rows: rows, fileBytes: try size(of: file), matchedRows: 0, upload: [], copy: [])
    for pair in 0...pairs {
      PeakMemory.forget()
      let start = ContinuousClock.now
      let metrics = try await upload(to: storage)
      let ours = start.duration(to: .now) / .seconds(1)
      report.peakMemoryMiB = max(report.peakMemoryMiB, PeakMemory.mebibytes)
      report.matchedRows = metrics.matchedRowCount
      guard metrics.outputRowCount == rows else { throw ValidationError("\(metrics.outputRowCount) rows came out.") }
      let theirs = try await copy()
      // The first pair finds the file on the disk; the others, in memory.
      guard pair > 0 || pairs == 0 else { continue }
      report.upload.append(ours)
      report.copy.append(theirs)
    }
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private func size(of file: URL) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false))[.size] as? Int ?? 0
  }

  /// Purchases of thirty days, of customers half of whom are known.
  private func makeFile() async throws {
    guard !FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else { return }
    let select = """
      SELECT sha256('person' || (hash(i) % \(max(1, people * 8 / 5)))::VARCHAR || '@example.com') AS hashed_email,
        'Product ' || (hash(i, 1) % 1000)::VARCHAR AS product_name, hash(i, 2) % 5 + 1 AS quantity,
        (CAST(hash(i, 3) % 100000 AS DECIMAL(18, 2)) / 100)::DECIMAL(18, 2) AS amount, hash(i, 4) % 1000000000 AS order_id,
        'store-' || (hash(i, 5) % 300)::VARCHAR AS store,
        strftime(make_timestamp(1748736000000000 + CAST(hash(i, 6) % 2592000 AS BIGINT) * 1000000), '%Y-%m-%dT%H:%M:%SZ')
          AS purchase_time
      FROM range(\(rows)) records(i)
      """
    try await TrustedSession.with(settings, folders: [files]) { session in
      try await session.execute(
        "COPY (\(select)) TO '\(file.path(percentEncoded: false))' (FORMAT csv, HEADER\(gzip ? ", COMPRESSION gzip" : ""))"
      )
    }
  }

  private func knowPeople(in storage: any ObjectStorage) async throws {
    let store = IdentityStore(storage: storage)
    guard try await store.graph(Self.scope).files.isEmpty else { return }
    let known = files.appending(path: "people.parquet")
    try await TrustedSession.with(settings, folders: [files]) { session in
      try await session.execute(
        """
        COPY (SELECT 'user-' || i::VARCHAR AS user_id, sha256('person' || i::VARCHAR || '@example.com') AS email,
          'US' AS country_code FROM range(\(people)) people(i))
        TO '\(known.path(percentEncoded: false))' (FORMAT parquet)
        """)
    }
    _ = try await IdentityLoader(store: store, settings: settings).load(
      [LoadFile(url: known, displayName: "people.parquet")], into: Self.scope, mode: .replace)
  }

  private func upload(to storage: any ObjectStorage) async throws -> UploadMetrics {
    let signals = SignalStore(storage: storage)
    let request = UploadRequest(
      uploadID: UUID().uuidString, strategy: .fullReplace, countryCode: "US", compression: gzip ? .gzip : .none,
      format: .csv(CSVShape()), files: [LoadFile(url: file, displayName: file.lastPathComponent)])
    return try await DataSetLoader(store: DataSetStore(storage: storage, settings: settings), settings: settings).load(
      request, into: Self.schema, instanceID: Self.instanceID,
      identities: IdentityStore(storage: storage).graph(Self.scope),
      secret: signals.userKeySecret(instanceID: Self.instanceID))
  }

  private func copy() async throws -> Double {
    let output = files.appending(path: "copy.parquet")
    let start = ContinuousClock.now
    try await TrustedSession.with(settings, folders: [files]) { session in
      try await session.execute(
        "COPY (FROM read_csv('\(file.path(percentEncoded: false))')) TO '\(output.path(percentEncoded: false))' (FORMAT parquet)"
      )
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    try FileManager.default.removeItem(at: output)
    return seconds
  }
}
