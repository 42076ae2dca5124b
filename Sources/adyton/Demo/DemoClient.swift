import AsyncHTTPClient
import Base
import CleanRoom
import Foundation
import Login

/// A client of the API as an integrator would write one: plain HTTP, without any of the server's code.
struct DemoClient {
  let base: URL
  var setup: InstanceSetup
  let credentials: ClientCredentials
  var token = ""

  /// The most bytes of a response that are read.
  private static let largestResponse = 64 << 20
  /// The longest time for a request and its response, in seconds.
  private static let requestSeconds: Int64 = 60

  struct Response {
    var status: Int
    var text: String
    var json: JSONValue?

    /// The text at the end of a path of names and indices.
    func text(_ path: String...) -> String? {
      if case .string(let text) = value(path) { return text }
      return nil
    }

    /// The whole number at the end of a path of names and indices.
    func number(_ path: String...) -> Int? {
      if case .integer(let number) = value(path) { return Int(number) }
      return nil
    }

    private func value(_ path: [String]) -> JSONValue? {
      path.reduce(json) { $0?.member($1) }
    }
  }

  func token() async throws -> Response {
    var form = URLComponents()
    form.queryItems = [
      URLQueryItem(name: "grant_type", value: "refresh_token"),
      URLQueryItem(name: "refresh_token", value: credentials.refreshToken),
      URLQueryItem(name: "client_id", value: credentials.clientID),
      URLQueryItem(name: "client_secret", value: credentials.clientSecret),
    ]
    let body = (form.percentEncodedQuery ?? "").replacing("|", with: "%7C").replacing("+", with: "%2B")
    return try await send(
      "POST", "/auth/o2/token", body: body, headers: ["Content-Type": "application/x-www-form-urlencoded"])
  }

  /// A request with the headers that the area needs.
  func send(_ method: String, _ path: String, body: String? = nil, headers: [String: String]) async throws -> Response {
    guard let url = URL(string: path, relativeTo: base) else { throw URLError(.badURL) }
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = .init(rawValue: method)
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body { request.body = .bytes(Array(body.utf8)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(Self.requestSeconds))
    let data = Data(try await response.body.collect(upTo: Self.largestResponse).readableBytesView)
    return Response(
      status: Int(response.status.code), text: String(decoding: data, as: UTF8.self),
      json: try? JSONValue(parsing: data))
  }

  /// Whom a request is for, which its headers say.
  enum Subject {
    case account
    case audiences
    /// A profile, that of the account where none is named, in a media type.
    case profile(id: String? = nil, mediaType: String = "application/json")
  }

  func send(_ method: String, _ path: String, body: String? = nil, for subject: Subject) async throws -> Response {
    try await send(method, path, body: body, headers: common.merging(headers(for: subject)) { $1 })
  }

  private func headers(for subject: Subject) -> [String: String] {
    switch subject {
    case .account:
      [
        "Amazon-Advertising-API-AdvertiserId": setup.accountID,
        "Amazon-Advertising-API-MarketplaceId": setup.marketplaceID,
      ]
    case .audiences:
      [
        "Amazon-Advertising-API-EntityId": setup.accountID,
        "Amazon-Marketing-Cloud-Audience-InstanceId": setup.instanceID,
      ]
    case .profile(let id, let mediaType):
      ["Amazon-Advertising-API-Scope": id ?? setup.profileID, "Content-Type": mediaType, "Accept": mediaType]
    }
  }

  private var common: [String: String] {
    [
      "Authorization": "Bearer \(token)", "Amazon-Advertising-API-ClientId": credentials.clientID,
      "Accept": "application/json", "Content-Type": "application/json",
    ]
  }
}

extension JSONValue {
  /// The member of an object, or the element of an array, of that name or index.
  fileprivate func member(_ name: String) -> JSONValue? {
    switch self {
    case .object(let members): members[name]
    case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    case .null, .boolean, .integer, .decimal, .string: nil
    }
  }
}
