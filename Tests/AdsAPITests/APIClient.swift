import Foundation
import HTTPTypes
import Hummingbird
import ServerTestSupport
import Testing

/// Speaks the API as AMC's clients do.
struct APIClient: Sendable {
  /// Brings a request (method, path, headers, body) to the server as it is.
  typealias Transport = @Sendable (HTTPRequest.Method, String, HTTPFields, ByteBuffer?) async throws -> Answer

  let transport: Transport
  var clientID: String
  var token: String

  /// A header that a request has besides, or instead of, the usual ones; nil takes it away.
  typealias Headers = [String: String?]

  func send(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let value { fields[try #require(HTTPField.Name(name))] = value }
    }
    return try await send(method, path, body: body, fields: fields)
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, body: String?, fields: HTTPFields
  ) async throws -> Answer {
    try await transport(method, path, fields, body.map { ByteBuffer(string: $0) })
  }

  // MARK: Areas

  var credentials: Headers {
    ["Amazon-Advertising-API-ClientId": clientID, "Authorization": "Bearer \(token)"]
  }

  /// Sends with the five documented headers of audiences.
  func audiences(
    _ method: HTTPRequest.Method, _ path: String = "", body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    let usual: Headers = [
      "Accept": "application/vnd.amcquerybasedaudience.v1.2+json",
      "Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.setup.instanceID,
      "Amazon-Advertising-API-EntityId": Fixtures.setup.accountID,
    ]
    return try await send(
      method, "/amc/audiences/query" + path, body: body,
      headers: credentials.merging(usual) { $1 }.merging(headers) { $1 })
  }

  /// Asks for a lookalike audience, with the same headers.
  func lookalikes(body: String, headers: Headers = [:]) async throws -> Answer {
    let usual: Headers = [
      "Accept": "application/json", "Amazon-Marketing-Cloud-Audience-InstanceId": Fixtures.setup.instanceID,
      "Amazon-Advertising-API-EntityId": Fixtures.setup.accountID,
    ]
    return try await send(
      .post, "/amc/audiences/lookalike", body: body,
      headers: credentials.merging(usual) { $1 }.merging(headers) { $1 })
  }

  /// Sends with the headers of administration and reporting.
  func account(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    let usual: Headers = [
      "Amazon-Advertising-API-AdvertiserId": Fixtures.setup.accountID,
      "Amazon-Advertising-API-MarketplaceId": Fixtures.setup.marketplaceID,
    ]
    return try await send(
      method, path, body: body, headers: credentials.merging(usual) { $1 }.merging(headers) { $1 })
  }

  /// Sends about the instance's own data, with the headers of administration and reporting.
  func ownData(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    try await account(
      method, "/amc/advertiserData/\(Fixtures.setup.instanceID)\(path)", body: body, headers: headers)
  }

  /// Sends with the headers of the advertiser account.
  func activation(
    _ path: String, body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    let usual: Headers = ["Amazon-Advertising-API-Scope": Fixtures.setup.profileID]
    return try await send(
      .post, path, body: body, headers: credentials.merging(usual) { $1 }.merging(headers) { $1 })
  }

  /// Makes an audience and returns its id.
  func createAudience(_ fields: [String: String] = [:]) async throws -> String {
    let answer = try await audiences(.post, body: AudienceBody.json(fields))
    #expect(answer.status == 200, "\(answer.body)")
    return answer.text("audienceExecutionId")
  }
}

/// Bodies of audience requests.
enum AudienceBody {
  /// AMC's documented example, with some fields replaced by other JSON texts, or taken away by an empty one.
  static func json(_ fields: [String: String] = [:]) -> String {
    let usual = [
      "audienceName": "\"AudienceDemo\"", "audienceDescription": "\"Audience created for Audience Demo\"",
      "advertiserId": "\"\(Fixtures.setup.displayAdvertiserID)\"",
      "query": "\"SELECT user_id FROM dsp_impressions_for_audiences\"",
      "timeWindowStart": "\"2025-05-25T00:00:00Z\"", "timeWindowEnd": "\"2025-05-27T01:00:00Z\"",
      "refreshRateDays": "1", "timeWindowRelative": "\"TRUE\"",
    ]
    return object(usual.merging(fields) { $1 })
  }

  /// The body of an update of that audience.
  static func update(_ fields: [String: String] = [:]) -> String {
    json(["audienceType": "\"RULE_BASED\"", "refreshRateDays": ""].merging(fields) { $1 })
  }

  private static func object(_ fields: [String: String]) -> String {
    let members = fields.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    return "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }
}
