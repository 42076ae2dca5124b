import Base
import Crypto
import Foundation

/// Signature Version 4: proves to S3 that a request comes from the holder of a key, and that nobody changed it.
///
/// Source: "Authenticating Requests (AWS Signature Version 4)" in the reference of the Amazon S3 API.
struct SignatureV4: Sendable {
  /// The longest time for which a signed URL can be valid, in seconds: seven days.
  static let expiryLimitSeconds = 604_800

  private static let algorithm = "AWS4-HMAC-SHA256"
  private static let service = "s3"
  private static let unsignedPayload = "UNSIGNED-PAYLOAD"

  let credentials: S3Credentials
  let region: String

  /// The headers to send: those that are given, those that the signature needs, and the signature itself. Names are in
  /// lower case.
  func signedHeaders(
    method: String, target: S3Endpoint.Target, query: [S3Request.QueryItem], headers: [String: String], body: Data,
    at date: Date
  ) -> [String: String] {
    let time = Time(date)
    let payloadHash = Hexadecimal.text(of: SHA256.hash(data: body))
    var headers = headers
    headers["host"] = target.host
    headers["x-amz-date"] = time.second
    headers["x-amz-content-sha256"] = payloadHash
    if let token = credentials.sessionToken { headers["x-amz-security-token"] = token }
    let canonical = CanonicalRequest(
      method: method, path: target.path, query: query, headers: headers, payloadHash: payloadHash)
    let signature = signature(of: canonical, at: time)
    headers["authorization"] =
      "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), "
      + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
    return headers
  }

  /// The query of a URL that allows one GET until it expires, encoded.
  func presignedQuery(
    target: S3Endpoint.Target, query: [S3Request.QueryItem], seconds: Int, at date: Date
  ) -> String {
    let time = Time(date)
    var items = query
    items.append(.init("X-Amz-Algorithm", Self.algorithm))
    items.append(.init("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(time))"))
    items.append(.init("X-Amz-Date", time.second))
    items.append(.init("X-Amz-Expires", String(min(seconds, Self.expiryLimitSeconds))))
    items.append(.init("X-Amz-SignedHeaders", "host"))
    if let token = credentials.sessionToken { items.append(.init("X-Amz-Security-Token", token)) }
    let canonical = CanonicalRequest(
      method: "GET", path: target.path, query: items, headers: ["host": target.host],
      payloadHash: Self.unsignedPayload)
    return "\(canonical.query)&X-Amz-Signature=\(signature(of: canonical, at: time))"
  }

  private func scope(_ time: Time) -> String {
    "\(time.day)/\(region)/\(Self.service)/aws4_request"
  }

  private func signature(of request: CanonicalRequest, at time: Time) -> String {
    let hash = Hexadecimal.text(of: SHA256.hash(data: Data(request.text.utf8)))
    let text = [Self.algorithm, time.second, scope(time), hash].joined(separator: "\n")
    var key = Data("AWS4\(credentials.secretAccessKey)".utf8)
    for part in [time.day, region, Self.service, "aws4_request", text] {
      key = Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: SymmetricKey(data: key)))
    }
    return Hexadecimal.text(of: key)
  }

  /// A moment as signatures write it.
  private struct Time {
    /// As in `20260131T235959Z`.
    let second: String
    /// As in `20260131`.
    var day: String { String(second.prefix(8)) }

    init(_ date: Date) {
      second = date.formatted(
        Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
    }
  }
}

/// The one form of a request that both sides sign.
private struct CanonicalRequest {
  let query: String
  let signedHeaders: String
  let text: String

  init(
    method: String, path: String, query: [S3Request.QueryItem], headers: [String: String], payloadHash: String
  ) {
    self.query = S3Request.encoded(query)
    let names = headers.keys.sorted()
    signedHeaders = names.joined(separator: ";")
    let lines = names.map { "\($0):\(Self.trimmed(headers[$0] ?? ""))\n" }.joined()
    text = [method, path, self.query, lines, signedHeaders, payloadHash].joined(separator: "\n")
  }

  /// A value without space around it, and with one space wherever there were several.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}
