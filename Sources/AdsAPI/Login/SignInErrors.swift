import HTTPTypes
import Login

extension LoginRefusal: APIError {
  var status: HTTPResponse.Status {
    switch kind {
    case .invalid: .badRequest
    case .forbidden: .forbidden
    case .notFound: .notFound
    case .unfitForm: .unprocessableContent
    case .later(let seconds): seconds == nil ? .serviceUnavailable : .tooManyRequests
    }
  }

  var details: String { message }

  var headers: HTTPFields {
    guard case .later(let seconds?) = kind else { return [:] }
    return [.retryAfter: String(seconds)]
  }
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
