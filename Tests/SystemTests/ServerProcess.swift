import CTestSetup
import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The program as it was built beside these tests.
enum Program {
  static let url = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "adyton")

  struct Output {
    var status: Int32
    var text: String
    var errors: String
  }

  /// Runs the program to its end.
  static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Output {
    try run(arguments, environment: environment)
  }

  /// Runs the program to its end.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Output {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = url
    process.arguments = arguments
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: a full pipe would hold the program back.
    let (out, err) = (folder.appending(path: "out"), folder.appending(path: "err"))
    for file in [out, err] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, text: try String(contentsOf: out, encoding: .utf8),
      errors: try String(contentsOf: err, encoding: .utf8))
  }

  /// Runs the program and reads the JSON object of strings that it prints.
  static func fields(_ arguments: [String]) throws -> [String: String] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode([String: String].self, from: data)
  }
}

/// A data folder with a sandbox instance, and servers that come and go on it.
final class ServerProcess {
  let folder: URL
  let instance: [String: String]
  let credentials: [String: String]
  private(set) var base = URL(fileURLWithPath: "/")
  private var process: Process?
  private var token = ""

  /// The server's process; nil while none runs.
  var processID: Int32? { process?.processIdentifier }

  static let instanceID = "system"

  /// Waits for answers however long they take.
  private static let session: URLSession = {
    let configuration = URLSessionConfiguration.default
    configuration.timeoutIntervalForRequest = TimeInterval(60 * HangLimit.minutes)
    return URLSession(configuration: configuration)
  }()

  /// The environment of the program, such as the location of its storage.
  private let environment: [String: String]

  init(users: Int, days: Int, environment: [String: String] = [:]) throws {
    self.environment = environment
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-system-\(UUID().uuidString)")
    (instance, credentials) = try Self.prepare(folder, users: users, days: days, environment: environment)
  }

  /// Servers on a copy of the folder.
  init(_ prepared: PreparedFolder, environment: [String: String] = [:]) throws {
    self.environment = environment
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-system-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: prepared.folder, to: folder)
    (instance, credentials) = (prepared.instance, prepared.credentials)
  }

  /// A data folder with a sandbox instance, for several tests, each of which begins with a copy.
  struct PreparedFolder: Sendable {
    fileprivate let folder: URL
    fileprivate let instance: [String: String]
    fileprivate let credentials: [String: String]

    init(users: Int, days: Int) throws {
      folder = try SharedFolder().url.appending(path: "data")
      (instance, credentials) = try ServerProcess.prepare(folder, users: users, days: days, environment: [:])
    }
  }

  private static func prepare(
    _ folder: URL, users: Int, days: Int, environment: [String: String]
  ) throws -> (instance: [String: String], credentials: [String: String]) {
    let data = folder.path()
    let instance = try Program.fields(
      ["admin", "instance", "create", "--data", data, "--id", instanceID, "--name", "System", "--sandbox", "--json"])
    let credentials = try Program.fields(
      ["admin", "client", "create", "--data", data, "--name", "test", "--instance", instanceID, "--json"])
    let made = try Program.run(
      "sandbox", "--data", data, "--instance", instanceID, "--users", "\(users)", "--days", "\(days)",
      "--end-date", "2025-06-30", environment: environment)
    #expect(made.status == 0, "\(made.errors)")
    return (instance, credentials)
  }

  deinit {
    process?.terminate()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts a server and waits for its ready line.
  func start() async throws {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = Program.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.arguments = [
      "serve", "--data", folder.path(), "--port", "0", "--no-rate-limits", "--minimum-audience-size", "10",
      "--drain-seconds", "\(60 * HangLimit.minutes)",
    ]
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    var text = ""
    while !text.contains("\n") {
      let data = pipe.fileHandleForReading.availableData
      try #require(!data.isEmpty, "the server ended before it was ready")
      text += String(decoding: data, as: UTF8.self)
    }
    let address = try #require(text.firstMatch(of: #/http://[0-9.:]+/#)).output
    base = try #require(URL(string: String(address)))
    try await logIn()
  }

  /// Ends the server at once, as a crash of the machine would.
  func kill() {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  /// Asks the server to end; returns its exit code.
  func stop() -> Int32 {
    guard let process else { return -1 }
    process.terminate()
    process.waitUntilExit()
    self.process = nil
    return process.terminationStatus
  }

  #if os(Linux)
    /// Lets no file of the server grow beyond so many bytes: every write beyond that fails, as on a full disk.
    ///
    /// - Parameter byteCount: nil for no limit.
    func limitFileSize(to byteCount: Int?) throws {
      let identifier = try #require(process?.processIdentifier)
      try #require(ctestsetup_limit_file_size(identifier, Int64(byteCount ?? -1)) == 0)
    }
  #endif

  // MARK: Requests

  private func logIn() async throws {
    token = ""
    let value = { (name: String) in (self.credentials[name] ?? "").replacing("|", with: "%7C") }
    let form =
      "grant_type=refresh_token&refresh_token=\(value("refreshToken"))&client_id=\(value("clientId"))"
      + "&client_secret=\(value("clientSecret"))"
    let answer = try await send(
      "POST", "/auth/o2/token", body: Data(form.utf8), media: "application/x-www-form-urlencoded")
    token = try #require(answer["access_token"] as? String)
  }

  func send(
    _ method: String, _ path: String, body: Data? = nil, media: String = "application/json", expecting: Int = 200
  ) async throws -> [String: Any] {
    var request = URLRequest(url: try #require(URL(string: path, relativeTo: base)))
    request.httpMethod = method
    request.httpBody = body
    request.setValue(media, forHTTPHeaderField: "Content-Type")
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    if !token.isEmpty { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    let account = instance["account"] ?? ""
    for (name, value) in [
      "ClientId": credentials["clientId"] ?? "", "EntityId": account, "AdvertiserId": account,
      "MarketplaceId": instance["marketplace"] ?? "", "Scope": instance["profile"] ?? "",
    ] { request.setValue(value, forHTTPHeaderField: "Amazon-Advertising-API-\(name)") }
    request.setValue(Self.instanceID, forHTTPHeaderField: "Amazon-Marketing-Cloud-Audience-InstanceId")
    let (data, response) = try await Self.session.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    #expect(status == expecting, "\(method) \(path): \(String(decoding: data, as: UTF8.self))")
    if data.isEmpty { return [:] }
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Creates an audience and returns its id.
  func createAudience(_ query: String) async throws -> String {
    let body = try JSONSerialization.data(withJSONObject: [
      "audienceName": "System", "advertiserId": instance["displayAdvertiser"] ?? "", "query": query,
      "timeWindowStart": "2025-06-01T00:00:00Z", "timeWindowEnd": "2025-07-01T00:00:00Z",
    ])
    let answer = try await send("POST", "/amc/audiences/query", body: body)
    return try #require(answer["audienceExecutionId"] as? String)
  }

  func audience(_ id: String) async throws -> [String: Any] {
    try await send("GET", "/amc/audiences/query/\(id)")
  }

  /// Asks for the audience until its status is one of `statuses`.
  func audience(_ id: String, reaching statuses: Set<String>) async throws -> [String: Any] {
    try await polling {
      let audience = try await audience(id)
      return statuses.contains(audience["status"] as? String ?? "") ? audience : nil
    }
  }

  /// The path of the instance's executions.
  var executions: String { "/amc/reporting/\(Self.instanceID)/workflowExecutions" }

  /// Runs a report to its end.
  func execution(_ query: String, from start: String, to end: String) async throws -> [String: Any] {
    let body = try JSONSerialization.data(withJSONObject: [
      "workflow": ["sqlQuery": query], "timeWindowType": "EXPLICIT", "timeWindowStart": start, "timeWindowEnd": end,
      "requireSyntheticData": true,
    ])
    let made = try await send("POST", executions, body: body)
    let id = try #require(made["workflowExecutionId"] as? String)
    return try await polling {
      let execution = try await send("GET", "\(executions)/\(id)")
      return ["SUCCEEDED", "FAILED"].contains(execution["status"] as? String) ? execution : nil
    }
  }

  /// The number of audiences of this id in the advertiser account.
  func advertiserAudienceCount(_ id: String) async throws -> Int {
    let body = try JSONSerialization.data(withJSONObject: [
      "adType": "DSP", "filters": [["field": "audienceId", "values": [id]]],
    ])
    let answer = try await send(
      "POST", "/audiences/list?advertiserId=\(instance["displayAdvertiser"] ?? "")", body: body)
    return (answer["audiences"] as? [Any])?.count ?? 0
  }

  /// The files that are kept for an audience.
  func memberFiles(of id: String) throws -> [String] {
    let audiences = folder.appending(path: "objects/instances/\(Self.instanceID)/audiences/\(id)")
    return try FileManager.default.subpathsOfDirectory(atPath: audiences.path()).filter { $0.hasSuffix(".parquet") }
  }
}
