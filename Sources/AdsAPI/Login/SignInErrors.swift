import HTTPTypes
import Login

extension SignInError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .wrongCredentials: .forbidden
    case .tooManyTries: .tooManyRequests
    case .busy: .serviceUnavailable
    }
  }

  var details: String { message }

  var headers: HTTPFields {
    switch self {
    case .wrongCredentials, .busy: [:]
    case .tooManyTries(let seconds): [.retryAfter: String(seconds)]
    }
  }
}

extension LinkError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .unknownLink: .notFound
    case .termsNotAccepted, .unfitPassword, .passwordsDiffer: .unprocessableContent
    }
  }

  var details: String { message }
}

extension AuthorizationRefusal: APIError {
  var status: HTTPResponse.Status { .badRequest }

  var code: String {
    switch self {
    case .page: Self.pageCode
    case .redirect(let code, _, _, _): code.rawValue
    }
  }

  var details: String {
    switch self {
    case .page(let reason), .redirect(_, let reason, _, _): reason
    }
  }
}
