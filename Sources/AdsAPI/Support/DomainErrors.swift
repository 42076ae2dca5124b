import CleanRoom
import HTTPTypes
import Login

extension CleanRoomError: APIError {
  var status: HTTPResponse.Status {
    switch kind {
    case .invalid: .badRequest
    case .unauthorized: .unauthorized
    case .forbidden: .forbidden
    case .notFound: .notFound
    }
  }

  var details: String { message }
}

extension AuthenticationError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .invalidToken, .clientMismatch: .unauthorized
    case .insufficientScope: .forbidden
    }
  }

  var details: String {
    switch self {
    case .invalidToken: "The access token in the header Authorization is not valid or has expired."
    case .clientMismatch: "The access token is not one of the client in \(HTTPField.Name.clientID.rawName)."
    case .insufficientScope(let needed): "The access token was not given for the scope \(needed.rawValue)."
    }
  }

  var headers: HTTPFields {
    switch self {
    case .invalidToken, .clientMismatch: [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
    case .insufficientScope(let needed):
      [.wwwAuthenticate: "Bearer error=\"insufficient_scope\", scope=\"\(needed.rawValue)\""]
    }
  }
}
