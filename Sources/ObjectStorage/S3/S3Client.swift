public import Foundation

/// Signs requests, sends them, and tries again where that can help.
public struct S3Client: Sendable {
  /// Waits; the tests wait no time at all.
  public typealias Sleep = @Sendable (Duration) async throws -> Void

  /// The number of times that a request is sent before its failure counts.
  public static let attemptLimit = 6
  /// The longest wait before the second attempt; it doubles with each one that follows.
  public static let firstWait = Duration.milliseconds(100)
  /// The longest wait between two attempts.
  public static let waitLimit = Duration.seconds(5)

  let settings: S3Settings
  private let transport: any S3Transport
  private let now: @Sendable () -> Date
  private let sleep: Sleep
  private let random: @Sendable () -> Double

  /// A client of a service. `now` is the clock that requests are signed by.
  public init(
    settings: S3Settings, now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping Sleep = { try await Task.sleep(for: $0) }
  ) {
    self.init(settings: settings, transport: HTTPTransport(), now: now, sleep: sleep)
  }

  /// - Parameter random: from 0 to 1, what share of the longest wait is waited, so that many who failed at the same
  ///   time don't come back at the same time.
  init(
    settings: S3Settings, transport: any S3Transport, now: @escaping @Sendable () -> Date, sleep: @escaping Sleep,
    random: @escaping @Sendable () -> Double = { .random(in: 0...1) }
  ) {
    self.settings = settings
    self.transport = transport
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// A response, and the number of attempts that it took.
  struct Outcome: Sendable {
    var response: S3Response
    var attempts: Int
  }

  /// Sends a request until there is a response that another attempt would not change.
  ///
  /// - Throws: `storage_unreachable` without any response, `storage_cancelled`.
  func send(_ request: S3Request) async throws(StorageError) -> Outcome {
    var attempt = 1
    while true {
      let response = try await attemptToSend(request)
      if let response, !Self.isWorthRetrying(response) {
        return Outcome(response: response, attempts: attempt)
      }
      guard attempt < Self.attemptLimit else {
        guard let response else { throw StorageError(.unreachable) }
        return Outcome(response: response, attempts: attempt)
      }
      try await wait(after: attempt)
      attempt += 1
    }
  }

  /// A URL that allows one object to be read until it expires.
  func presignedURL(
    bucket: String, key: String, query: [S3Request.QueryItem], seconds: Int
  ) -> URL? {
    let target = settings.endpoint.target(bucket: bucket, key: key)
    let query = signature.presignedQuery(target: target, query: query, seconds: seconds, at: now())
    return URL(string: "\(settings.endpoint.scheme)://\(target.host)\(target.path)?\(query)")
  }

  private var signature: SignatureV4 {
    SignatureV4(credentials: settings.credentials, region: settings.region)
  }

  /// The response, or nil where the connection failed.
  private func attemptToSend(_ request: S3Request) async throws(StorageError) -> S3Response? {
    guard !Task.isCancelled else { throw StorageError(.cancelled) }
    do {
      return try await transport.send(message(for: request))
    } catch {
      // A cancelled task ends its connections in more than one way.
      if Task.isCancelled { throw StorageError(.cancelled) }
      return nil
    }
  }

  private func message(for request: S3Request) -> S3Message {
    let target = settings.endpoint.target(bucket: request.bucket, key: request.key)
    let headers = signature.signedHeaders(
      method: request.method, target: target, query: request.query, headers: request.headers, body: request.body,
      at: now())
    let query = request.query.isEmpty ? "" : "?\(S3Request.encoded(request.query))"
    return S3Message(
      method: request.method, url: "\(settings.endpoint.scheme)://\(target.host)\(target.path)\(query)",
      headers: headers, body: request.body)
  }

  private static func isWorthRetrying(_ response: S3Response) -> Bool {
    switch response.status {
    case 429, 500, 502, 503, 504: true
    // Two conditional writes met, or the service waited too long for the body.
    case 409, 400: ["ConditionalRequestConflict", "RequestTimeout"].contains(S3ErrorBody.code(of: response))
    default: false
    }
  }

  private func wait(after attempt: Int) async throws(StorageError) {
    let longest = min(Self.firstWait * (1 << (attempt - 1)), Self.waitLimit)
    do {
      try await sleep(longest * random())
    } catch {
      throw StorageError(.cancelled)
    }
  }
}
