import Base
import CleanRoom
import Foundation
import HTTPTypes
import Login

/// Reads token requests: a form, with the client's credentials in it or in `Authorization: Basic`.
///
/// A JSON object does as well, as Login with Amazon takes it: AMC's public clients send one, some of them without saying so.
enum LoginRequests {
  static func tokenRequest(headers: HTTPFields, body: Data) throws(LoginError) -> TokenRequest {
    let pairs = try pairs(headers: headers, body: body)
    let credentials = try credentials(headers, pairs)
    var request = TokenRequest(
      grantType: try single("grant_type", in: pairs), refreshToken: try single("refresh_token", in: pairs),
      clientID: credentials.clientID, clientSecret: credentials.clientSecret)
    request.code = try single("code", in: pairs)
    request.redirectURI = try single("redirect_uri", in: pairs)
    request.codeVerifier = try single("code_verifier", in: pairs)
    request.scope = try single("scope", in: pairs)
    return request
  }

  /// What is to be revoked, and who asks for it.
  static func revocation(
    headers: HTTPFields, body: Data
  ) throws(LoginError) -> (token: String?, credentials: Credentials) {
    let pairs = try pairs(headers: headers, body: body)
    return (try single("token", in: pairs), try credentials(headers, pairs))
  }

  struct Credentials: Sendable {
    let clientID: String?
    let clientSecret: String?
  }

  private static func credentials(_ headers: HTTPFields, _ pairs: Pairs) throws(LoginError) -> Credentials {
    let basic = try basicCredentials(headers)
    let formClientID = try single("client_id", in: pairs)
    let formSecret = try single("client_secret", in: pairs)
    if let basic, formClientID.map({ $0 != basic.id }) == true || formSecret != nil {
      throw .invalidRequest(reason: "The client's credentials are given in two ways.")
    }
    return Credentials(clientID: basic?.id ?? formClientID, clientSecret: basic?.secret ?? formSecret)
  }

  private typealias Pairs = [(name: String, value: String)]

  private static func pairs(headers: HTTPFields, body: Data) throws(LoginError) -> Pairs {
    switch headers[.contentType]?.split(separator: ";").first.map({ $0.filter { !$0.isWhitespace }.lowercased() }) {
    case "application/x-www-form-urlencoded":
      guard let text = String(data: body, encoding: .utf8) else {
        throw .invalidRequest(reason: "The request body is not a form in UTF-8.")
      }
      return FormFields.parse(text)
    case "application/json": return try jsonPairs(body)
    case nil where body.first == UInt8(ascii: "{"): return try jsonPairs(body)
    default:
      throw .invalidRequest(reason: "The Content-Type must be application/x-www-form-urlencoded or application/json.")
    }
  }

  private static func jsonPairs(_ body: Data) throws(LoginError) -> Pairs {
    guard case .object(let members)? = try? JSONValue(parsing: body) else {
      throw .invalidRequest(reason: "The request body is not a JSON object.")
    }
    var pairs: Pairs = []
    for (name, value) in members {
      guard case .string(let text) = value else {
        throw .invalidRequest(reason: "The members of the JSON object must be strings.")
      }
      pairs.append((name, text))
    }
    return pairs
  }

  private static func basicCredentials(_ headers: HTTPFields) throws(LoginError) -> (id: String, secret: String)? {
    guard let header = headers[.authorization] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
      let text = String(data: data, encoding: .utf8), let colon = text.firstIndex(of: ":")
    else { throw .invalidRequest(reason: "The header Authorization must be Basic and the client's credentials.") }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }

  private static func single(
    _ name: String, in pairs: Pairs
  ) throws(LoginError) -> String? {
    let values = pairs.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else { throw .invalidRequest(reason: "The parameter \(name) is there more than once.") }
    return values.first.flatMap { $0.isEmpty ? nil : $0 }
  }
}
