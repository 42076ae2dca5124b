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
  var status: HTTPResponse.Status { .unauthorized }

  var details: String {
    switch self {
    case .invalidToken: "The access token in the header Authorization is not valid or has expired."
    case .clientMismatch: "The access token is not one of the client in \(HTTPField.Name.clientID.rawName)."
    }
  }

  var headers: HTTPFields { [.wwwAuthenticate: "Bearer error=\"invalid_token\""] }
}
