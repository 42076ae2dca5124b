import Foundation
import HTTPTypes
import Login

/// Reads token requests: a form, with the client's credentials in it or in `Authorization: Basic`.
enum LoginRequests {
  static func tokenRequest(headers: HTTPFields, body: Data) throws(LoginError) -> TokenRequest {
    try requireFormType(headers)
    guard let text = String(data: body, encoding: .utf8) else {
      throw .invalidRequest(reason: "The request body is not a form in UTF-8.")
    }
    let pairs = FormFields.parse(text)
    let basic = try basicCredentials(headers)
    let formClientID = try single("client_id", in: pairs)
    let formSecret = try single("client_secret", in: pairs)
    if let basic, formClientID.map({ $0 != basic.id }) == true || formSecret != nil {
      throw .invalidRequest(reason: "The client's credentials are given in two ways.")
    }
    return TokenRequest(
      grantType: try single("grant_type", in: pairs), refreshToken: try single("refresh_token", in: pairs),
      clientID: basic?.id ?? formClientID, clientSecret: basic?.secret ?? formSecret)
  }

  private static func requireFormType(_ headers: HTTPFields) throws(LoginError) {
    let type = headers[.contentType]?.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
    guard type == "application/x-www-form-urlencoded" else {
      throw .invalidRequest(reason: "The Content-Type must be application/x-www-form-urlencoded.")
    }
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
    _ name: String, in pairs: [(name: String, value: String)]
  ) throws(LoginError) -> String? {
    let values = pairs.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else { throw .invalidRequest(reason: "The parameter \(name) is there more than once.") }
    return values.first.flatMap { $0.isEmpty ? nil : $0 }
  }
}
