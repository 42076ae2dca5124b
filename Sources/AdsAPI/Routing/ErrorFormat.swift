import Base
import CleanRoom
import HTTPTypes
import Hummingbird

/// The form of an operation's errors: the column `errors` of `endpoints.tsv`. The request's id is in the header
/// `x-amzn-RequestId` as well, and the stable code in `x-amzn-ErrorType`.
enum ErrorFormat: String, Sendable, CaseIterable {
  /// All operations without their own format.
  case general
  /// The list of accounts, and connections.
  case accounts
  /// The list of accounts of the advertising API.
  case adsAccounts = "ads_accounts"
  /// Instances and what belongs to them.
  case instances
  /// The reporting API, with all diagnostics of a query.
  case reporting
  /// Rule-based and lookalike audiences.
  case audiences
  /// Audiences whose members clients send.
  case streamedAudiences = "streamed_audiences"
  case dataUpload = "data_upload"
  /// The audiences that advertiser accounts see.
  case activation
  /// The newer operations of the advertising API.
  case lineItems = "line_items"
  case sponsored
  /// Sponsored Products has the body of sponsored ads, and no media type of its own for it.
  case sponsoredProducts = "sponsored_products"
  /// RFC 6749, section 5.2.
  case login
  /// A page for people.
  case page

  /// The response to a failed request. Faults of the server are logged.
  ///
  /// - Parameter own: The media type of the operation; nil if it has none.
  func response(
    to error: any Error, request: Request, _ context: APIRequestContext, own: String?
  ) throws -> Response {
    let failure = APIFailure(error, in: context)
    var response: Response
    if self == .page {
      response = Page(failure).response()
    } else {
      let asksForPlainJSON = request.headers[.accept].map { MediaRange.list($0).first?.type == "application/json" }
      response = try Response.json(
        JSONValue.object(body(of: failure, requestID: context.requestID)), status: failure.status,
        mediaType: asksForPlainJSON == true ? "application/json" : mediaType(own: own))
    }
    response.headers.append(contentsOf: failure.headers)
    response.headers[.errorType] = failure.code
    return response
  }

  private func mediaType(own: String?) -> String {
    switch self {
    case .general, .adsAccounts, .activation, .lineItems, .sponsoredProducts, .login, .page: "application/json"
    case .accounts: "application/vnd.amcaudiencesconnections.v1+json"
    // Errors have the oldest of the types of audiences, also for lookalikes.
    case .audiences, .instances, .reporting, .streamedAudiences, .dataUpload, .sponsored: own ?? "application/json"
    }
  }

  private func body(of failure: APIFailure, requestID: String) -> [String: JSONValue] {
    let code = JSONValue.string(String(failure.status.code))
    let details = JSONValue.string(failure.details)
    let id = JSONValue.string(requestID)
    switch self {
    case .general, .audiences, .page: return ["code": code, "details": details, "requestId": id]
    case .accounts: return ["message": details, "requestId": id]
    case .adsAccounts:
      return ["errors": .array([.object(["errorCode": .string(failure.code), "errorMessage": details])])]
    case .instances: return ["code": code, "details": details]
    case .streamedAudiences: return ["message": details]
    case .dataUpload: return ["code": code, "details": details, "errors": .array([details]), "requestId": id]
    case .reporting:
      var members = ["code": code, "details": details]
      members["diagnostics"] = failure.diagnostics
      return members
    case .activation:
      let error = JSONValue.object(["errorType": .string(failure.code), "message": details])
      return ["errors": .array([error]), "message": details, "requestId": id]
    case .lineItems: return ["code": .string(failure.unifiedCode), "message": details]
    case .sponsored, .sponsoredProducts: return ["code": .string(failure.sponsoredCode), "message": details]
    case .login:
      return ["error": .string(failure.loginCode), "error_description": details, "request_id": id]
    }
  }
}

extension APIFailure {
  /// All diagnostics of a query, with lines and columns from 1; nil for other errors.
  fileprivate var diagnostics: JSONValue? {
    guard let refusal else { return nil }
    let errors = refusal.diagnostics.filter { $0.severity == .error }
    return .array(
      errors.map { diagnostic in
        var members: [String: JSONValue] = [
          "code": .string(diagnostic.code.rawValue), "line": .integer(Int64(diagnostic.span.start.line)),
          "column": .integer(Int64(diagnostic.span.start.column)), "message": .string(diagnostic.message),
        ]
        members["hint"] = diagnostic.hint.map(JSONValue.string)
        return .object(members)
      })
  }

  fileprivate var unifiedCode: String {
    switch status.code {
    case 400: "BAD_REQUEST"
    case 401: "UNAUTHORIZED"
    case 403: "FORBIDDEN"
    case 404: "NOT_FOUND"
    case 429: "TOO_MANY_REQUESTS"
    default: "INTERNAL_ERROR"
    }
  }

  fileprivate var sponsoredCode: String {
    switch status.code {
    case 400: "INVALID_ARGUMENT"
    case 401: "UNAUTHORIZED"
    case 403: "ACCESS_DENIED"
    case 404: "NOT_FOUND"
    case 429: "THROTTLED"
    default: "INTERNAL_ERROR"
    }
  }

  /// One of the codes that the standard allows. Any other error makes the request an invalid one.
  fileprivate var loginCode: String {
    let standard: Set = [
      "invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_scope",
    ]
    if status == .internalServerError { return "server_error" }
    return standard.contains(code) ? code : "invalid_request"
  }
}

/// Answers requests of no operation: unknown paths and methods.
struct ErrorMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return try ErrorFormat.general.response(to: error, request: request, context, own: nil)
    }
  }
}
