import Foundation
import S3TestSupport
import Testing

@testable import ObjectStorage

/// Signatures are equal to those of botocore for the same request at the same time.
@Suite struct SignatureTests {
  static let time = 1_767_225_599
  static let credentials = S3Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalr/XUt+nFEMI=K7MDENG")
  static let temporary = S3Credentials(
    accessKeyID: "ASIAEXAMPLE", secretAccessKey: "wJalr/XUt+nFEMI=K7MDENG", sessionToken: "session/token+with=signs==")

  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var method = "GET"
    var endpoint = "https://s3.eu-west-1.amazonaws.com"
    var addressing = S3Endpoint.Addressing.path
    var key: String?
    var query: [S3Request.QueryItem] = []
    var headers: [String: String] = [:]
    var body = ""
    var credentials = SignatureTests.credentials
  }

  static let cases = [
    Case(description: "an object", key: "a/b.csv"),
    Case(description: "virtual hosted", addressing: .virtualHosted, key: "a/b.csv"),
    Case(description: "a port", endpoint: "http://127.0.0.1:9000", key: "a"),
    Case(description: "signs in the key", key: "a b/c+d=e&f/é~_-.'(!)$@,;:%2F"),
    Case(
      description: "a listing",
      query: [.init("prefix", "a b/é/"), .init("list-type", "2"), .init("continuation-token", "x+/=")]
    ),
    Case(description: "a query without value", method: "POST", key: "a", query: [.init("uploads")]),
    Case(
      description: "headers and body", method: "PUT", key: "a",
      headers: ["x-amz-acl": "bucket-owner-full-control", "if-none-match": "*", "content-type": "text/csv;  a"],
      body: "campaign,n\nä,1\n"),
    Case(description: "a temporary key", method: "DELETE", key: "a", credentials: temporary),
  ]

  @Test(arguments: cases)
  func headersMatchBotocore(_ test: Case) async throws {
    let endpoint = try S3Endpoint(url: test.endpoint, addressing: test.addressing)
    let target = endpoint.target(bucket: "example-bucket", key: test.key)
    let signed = SignatureV4(credentials: test.credentials, region: "eu-west-1").signedHeaders(
      method: test.method, target: target, query: test.query, headers: test.headers, body: Data(test.body.utf8),
      at: Date(timeIntervalSince1970: Double(Self.time)))
    var arguments = who(test.credentials)
    arguments["method"] = test.method
    arguments["url"] = url(target, endpoint, S3Request.encoded(test.query))
    arguments["headers"] = String(decoding: try JSONEncoder().encode(test.headers), as: UTF8.self)
    arguments["base64_body"] = Data(test.body.utf8).base64EncodedString()
    let expected = try await S3Server.shared.call("sign", arguments)
    #expect(signed["authorization"] == expected["authorization"])
    for (name, value) in expected where name.hasPrefix("x-amz-") { #expect(signed[name] == value) }
  }

  @Test(arguments: [credentials, temporary], [1, 600, SignatureV4.expiryLimitSeconds])
  func urlsMatchBotocore(_ credentials: S3Credentials, _ seconds: Int) async throws {
    let endpoint = try S3Endpoint(url: "https://s3.eu-west-1.amazonaws.com", addressing: .virtualHosted)
    let target = endpoint.target(bucket: "example-bucket", key: "a b/é.csv")
    let extra = S3Request.QueryItem("response-content-disposition", "attachment; filename=\"report 1.csv\"")
    let query = SignatureV4(credentials: credentials, region: "eu-west-1").presignedQuery(
      target: target, query: [extra], seconds: seconds, at: Date(timeIntervalSince1970: Double(Self.time)))
    var arguments = who(credentials)
    arguments["url"] = url(target, endpoint, S3Request.encoded([extra]))
    arguments["seconds"] = String(seconds)
    let expected = try await S3Server.shared.call("presign", arguments)["url"]
    #expect(items(of: url(target, endpoint, query)) == items(of: try #require(expected)))
  }

  @Test func credentialsAreNotShown() {
    #expect(!"\(Self.temporary) \(String(reflecting: Self.temporary))".contains("EXAMPLE"))
    #expect(!"\(Self.temporary) \(String(reflecting: Self.temporary))".contains("session"))
  }

  private func who(_ credentials: S3Credentials) -> [String: String] {
    var who = [
      "key_id": credentials.accessKeyID, "secret": credentials.secretAccessKey, "region": "eu-west-1",
      "time": String(Self.time),
    ]
    who["token"] = credentials.sessionToken
    return who
  }

  private func url(_ target: S3Endpoint.Target, _ endpoint: S3Endpoint, _ query: String) -> String {
    "\(endpoint.scheme)://\(target.host)\(target.path)\(query.isEmpty ? "" : "?\(query)")"
  }

  /// The parts of a URL, without the order of its query.
  private func items(of url: String) -> Set<String> {
    Set(url.split(whereSeparator: { "?&".contains($0) }).map(String.init))
  }
}
