package import Foundation
package import ObjectStorage

/// An S3 service in its own process, with boto3 as the client that checks its content.
///
/// `scripts/s3-server` installs it. It ends with the process of the tests, however that ends.
package final class S3Server: Sendable {
  /// The problem: the code of the service, or a sentence.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  private struct Answer: Decodable {
    var endpoint: String?
    var texts: [String: String]?
    var list: [String]?
    var error: String?
  }

  private struct Call: Encodable {
    var call: String
    var with: [String: String]
  }

  private static let starting = Task { try await onQueue { try S3Server() } }
  private static let queue = DispatchQueue(label: "adyton.s3-server")

  /// The one service of this process.
  package static var shared: S3Server {
    get async throws { try await starting.value }
  }

  /// The endpoint of the service.
  package let endpoint: String
  private let input: FileHandle
  private let output: FileHandle

  private init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let installation = try Process.run(root.appending(path: "scripts/s3-server"), arguments: [])
    installation.waitUntilExit()
    guard installation.terminationStatus == 0 else { throw Failure(description: "scripts/s3-server failed") }
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    process.executableURL = root.appending(path: ".deps/s3-server/bin/python")
    process.arguments = [root.appending(path: "Tests/S3TestSupport/s3_server.py").path(percentEncoded: false)]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.input = input.fileHandleForWriting
    self.output = output.fileHandleForReading
    guard let endpoint = try Self.readAnswer(from: self.output).endpoint else {
      throw Failure(description: "the S3 service did not start")
    }
    self.endpoint = endpoint
  }

  /// A bucket that no other test has.
  package func makeBucket() async throws -> String {
    let name = "bucket-\(UUID().uuidString.lowercased())"
    _ = try await call("create_bucket", ["bucket": name])
    return name
  }

  /// Calls a function of `s3_server.py` whose answer is a list.
  package func list(_ name: String, _ arguments: [String: String]) async throws -> [String] {
    try await answer(name, arguments).list ?? []
  }

  /// Calls a function of `s3_server.py` whose answer is named texts.
  @discardableResult
  package func call(_ name: String, _ arguments: [String: String]) async throws -> [String: String] {
    try await answer(name, arguments).texts ?? [:]
  }

  /// The whole object, as boto3 reads it.
  package func object(_ key: String, in bucket: String) async throws -> Data {
    let text = try await call("get", ["bucket": bucket, "key": key])["body"]
    guard let data = text.flatMap({ Data(base64Encoded: $0) }) else { throw Failure(description: "no body") }
    return data
  }

  /// The settings for a client of the service.
  package func settings(addressing: S3Endpoint.Addressing = .path) throws -> S3Settings {
    S3Settings(
      endpoint: try S3Endpoint(url: endpoint, addressing: addressing), region: "us-east-1",
      credentials: S3Credentials(accessKeyID: "tester", secretAccessKey: "secret/of+the=tester"))
  }

  private func answer(_ name: String, _ arguments: [String: String]) async throws -> Answer {
    var line = try JSONEncoder().encode(Call(call: name, with: arguments))
    line.append(UInt8(ascii: "\n"))
    let answer = try await Self.onQueue { [input, output, line] in
      try input.write(contentsOf: line)
      return try Self.readAnswer(from: output)
    }
    if let error = answer.error { throw Failure(description: error) }
    return answer
  }

  /// One line. There is never more than one on its way: the next is written when the next call is.
  private static func readAnswer(from output: FileHandle) throws -> Answer {
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let part = output.availableData
      guard !part.isEmpty else { throw Failure(description: "the S3 service ended") }
      line.append(part)
    }
    return try JSONDecoder().decode(Answer.self, from: line)
  }

  private static func onQueue<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try work() }) }
    }
  }
}
