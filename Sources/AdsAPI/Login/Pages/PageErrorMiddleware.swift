import HTTPTypes
import Hummingbird
import Login

/// Turns what handlers of pages throw into pages.
struct PageErrorMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let failure = APIFailure(error, in: context)
      return Self.response(to: failure)
    }
  }

  private static func response(to failure: APIFailure) -> Response {
    let text = failure.details.isEmpty ? "Something went wrong here. Try again." : failure.details
    let page = Page(title: "This did not work", content: Page.problem(text), status: failure.status)
    var response = page.response()
    response.headers.append(contentsOf: failure.headers)
    response.headers[.errorType] = failure.code
    return response
  }
}

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
