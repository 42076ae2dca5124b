import Activation
import CleanRoom
import HTTPTypes

/// The error body of the newer operations of the advertising API.
struct LineItemErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let message: String
  }

  let mediaType = "application/json"

  func body(of failure: APIFailure, requestID: String) -> Body {
    let code =
      switch failure.status.code {
      case 400: "BAD_REQUEST"
      case 401: "UNAUTHORIZED"
      case 403: "FORBIDDEN"
      case 404: "NOT_FOUND"
      case 429: "TOO_MANY_REQUESTS"
      default: "INTERNAL_ERROR"
      }
    return Body(code: code, message: failure.details)
  }
}

extension FieldError {
  /// The published `ErrorCode` of the newer operations.
  var unifiedCode: String {
    switch reason {
    case .missing, .noAudience: "FIELD_VALUE_IS_NULL"
    case .wrongType, .unknownField, .notOneOf: "FIELD_VALUE_IS_INVALID"
    case .tooLow: "FIELD_VALUE_IS_BELOW_MINIMUM_LIMIT"
    case .tooHigh: "FIELD_VALUE_IS_ABOVE_MAXIMUM_LIMIT"
    case .tooLong: "FIELD_SIZE_IS_ABOVE_MAXIMUM_LIMIT"
    case .tooShort: "FIELD_SIZE_IS_BELOW_MINIMUM_LIMIT"
    case .blank: "FIELD_VALUE_IS_EMPTY"
    case .startAfterEnd: "FIELD_VALUE_IS_OUT_OF_RANGE"
    case .startInPast, .endInPast: "DATE_CANNOT_BE_IN_PAST"
    case .unknownAudience, .notFound: "RESOURCE_ID_NOT_FOUND"
    case .deactivatedAudience: "RESOURCE_IS_IN_TERMINAL_STATE"
    case .notUnique: "FIELD_VALUE_NOT_UNIQUE"
    case .archived: "ARCHIVED_RESOURCE_CANNOT_EDIT"
    case .unsupported: "ACTION_NOT_SUPPORTED"
    case .quota: "TOTAL_RESOURCE_LIMIT_EXCEEDED"
    case .unchangeable: "FIELD_VALUE_CANNOT_EDIT"
    }
  }
}
