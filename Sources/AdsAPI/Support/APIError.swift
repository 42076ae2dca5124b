import AMCSQL
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import ObjectStorage
import Warehouse

/// An error that has its own response. Every other error gives an empty 500.
protocol APIError: Error {
  var status: HTTPResponse.Status { get }
  /// The stable code, sent in `x-amzn-ErrorType`.
  var code: String { get }
  /// One sentence, safe to show.
  var details: String { get }
  /// Additional headers of the response.
  var headers: HTTPFields { get }
}

extension APIError {
  var headers: HTTPFields { [:] }
}

/// The parts of an error's response, from which every area makes its body.
struct APIFailure: Sendable {
  var status: HTTPResponse.Status = .internalServerError
  var code = "internal_error"
  var details = "The server could not do this. Its log has the cause, with the request's id."
  var headers: HTTPFields = [:]
  /// The diagnostics of a query; nil for every other error.
  var refusal: QueryRefusal?

  /// The response to an error in a request. Faults of the server are logged.
  init(_ error: any Error, in context: APIRequestContext) {
    self.init(error)
    guard status == .internalServerError || error.isTransientFailure else { return }
    context.logger.error(
      "Request failed.",
      metadata: ["error": "\(error.logDescription)", "requestId": "\(context.requestID)"])
  }

  init(_ error: any Error) {
    guard let known = Self.known(error) else { return }
    status = known.status
    code = known.code
    details = known.details
    headers = known.headers
    refusal = (error as? CleanRoomError)?.refusal
  }

  private static func known(_ error: any Error) -> (any APIError)? {
    switch error {
    case let error as any APIError: error
    // The router's error if no route matches.
    case let error as HTTPError where error.status == .notFound: RequestError.unknownPath
    case let error as StorageError where error.damage != nil: RequestError.damagedData(error.message)
    case let error as EngineError where error.damage != nil: RequestError.damagedData(error.message)
    case let error where error.isTransientFailure: RequestError.unavailable
    default: nil
    }
  }
}
