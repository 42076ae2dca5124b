import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Login

/// Reads token requests: a form, with the client's credentials in it or in `Authorization: Basic`.
///
/// A JSON object is accepted as well, as by Login with Amazon: AMC's public clients send one, some without a media
/// type. Where reading is lenient, the body says what it is, whatever its media type.
enum LoginRequests {
  static func tokenRequest(headers: HTTPFields, body: Data) throws(LoginError) -> TokenRequest {
    let fields = try fields(headers: headers, body: body)
    let credentials = try credentials(headers, fields)
    var request = TokenRequest(
      grantType: fields["grant_type"], refreshToken: fields["refresh_token"], clientID: credentials.clientID,
      clientSecret: credentials.clientSecret)
    request.code = fields["code"]
    request.redirectURI = fields["redirect_uri"]
    request.codeVerifier = fields["code_verifier"]
    request.scope = fields["scope"]
    return request
  }

  /// The token to be revoked, and the client's credentials.
  static func revocation(
    headers: HTTPFields, body: Data
  ) throws(LoginError) -> (token: String?, credentials: Credentials) {
    let fields = try fields(headers: headers, body: body)
    return (fields["token"], try credentials(headers, fields))
  }

  struct Credentials: Sendable {
    let clientID: String?
    let clientSecret: String?
  }

  private static func credentials(
    _ headers: HTTPFields, _ fields: [String: String]
  ) throws(LoginError) -> Credentials {
    let basic = try basicCredentials(headers)
    let clientID = fields["client_id"]
    let secret = fields["client_secret"]
    if let basic, clientID.map({ $0 != basic.id }) == true || secret != nil {
      throw .invalidRequest(reason: "The client's credentials are given in two ways.")
    }
    return Credentials(clientID: basic?.id ?? clientID, clientSecret: basic?.secret ?? secret)
  }

  /// The fields of a request, without empty ones.
  private static func fields(headers: HTTPFields, body: Data) throws(LoginError) -> [String: String] {
    try allFields(headers: headers, body: body).filter { !$0.value.isEmpty }
  }

  private static func allFields(headers: HTTPFields, body: Data) throws(LoginError) -> [String: String] {
    // A form can't begin like an object.
    if RequestReading.current.isLenient { return try looksLikeAnObject(body) ? jsonFields(body) : formFields(body) }
    switch headers[.contentType]?.split(separator: ";").first.map({ $0.filter { !$0.isWhitespace }.lowercased() }) {
    case "application/x-www-form-urlencoded": return try formFields(body)
    case "application/json": return try jsonFields(body)
    case nil where body.first == UInt8(ascii: "{"): return try jsonFields(body)
    default:
      throw .invalidRequest(reason: "The Content-Type must be application/x-www-form-urlencoded or application/json.")
    }
  }

  private static func looksLikeAnObject(_ body: Data) -> Bool {
    let spaces: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")]
    return body.first { !spaces.contains($0) } == UInt8(ascii: "{")
  }

  private static func formFields(_ body: Data) throws(LoginError) -> [String: String] {
    guard let text = String(data: body, encoding: .utf8),
      let fields = try? URLEncodedFormDecoder().decode([String: String].self, from: text)
    else { throw .invalidRequest(reason: "The request body is not a form in UTF-8 with each parameter once.") }
    return fields
  }

  private static func jsonFields(_ body: Data) throws(LoginError) -> [String: String] {
    guard case .object(let members)? = try? JSONValue(parsing: body) else {
      throw .invalidRequest(reason: "The request body is not a JSON object.")
    }
    let fields = members.compactMapValues(\.string)
    guard fields.count == members.count else {
      throw .invalidRequest(reason: "The members of the JSON object must be strings.")
    }
    return fields
  }

  private static func basicCredentials(_ headers: HTTPFields) throws(LoginError) -> (id: String, secret: String)? {
    guard let header = headers[.authorization] else { return nil }
    if header.isEmpty, RequestReading.current.isLenient { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
      let text = String(data: data, encoding: .utf8), let colon = text.firstIndex(of: ":")
    else { throw .invalidRequest(reason: "The header Authorization must be Basic and the client's credentials.") }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}
