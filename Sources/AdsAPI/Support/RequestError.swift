import HTTPTypes

/// A mistake in a request that shows before anyone has looked at what it asks for.
enum RequestError: APIError, Hashable {
  case missingHeader(String)
  /// `reason` continues a sentence that begins with the header's name.
  case malformedHeader(String, reason: String)
  case repeatedHeader(String)
  case missingAuthorization
  case malformedAuthorization
  case bodyMissing
  /// `limit` in bytes.
  case bodyTooLarge(limit: Int)
  /// The connection broke off, or sent what is not HTTP, before the body was whole.
  case bodyUnreadable
  case bodyNotJSON
  case bodyNotAnObject
  /// `limit` in elements.
  case bodyNotAnArray(limit: Int)
  case bodyTooDeep
  case bodyWithNUL
  /// No form in UTF-8, or one with a field more than once.
  case bodyNotAForm
  case missingField(String)
  /// `expected` is the type with its article.
  case wrongType(String, expected: String)
  case unknownField(String)
  /// `reason` continues a sentence that begins with the parameter's name.
  case invalidQueryParameter(String, reason: String)
  /// The parameter is well-formed, and makes no sense; `reason` continues a sentence that begins with its name.
  case unprocessableQueryParameter(String, reason: String)
  case invalidPageToken
  case unknownPath
  case methodNotAllowed(allowed: [String])
  case tooManyRequests(retryAfterSeconds: Int)
  case invalidSignature
  case expiredSignature
  /// A form of the sign-in was made by somebody else, for another browser, or too long ago.
  case formNoLongerGood

  var status: HTTPResponse.Status {
    switch self {
    case .missingAuthorization, .malformedAuthorization: .unauthorized
    case .unknownPath: .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .tooManyRequests: .tooManyRequests
    case .invalidSignature, .expiredSignature, .formNoLongerGood: .forbidden
    case .unprocessableQueryParameter: .unprocessableContent
    case .missingHeader, .malformedHeader, .repeatedHeader, .bodyMissing, .bodyTooLarge, .bodyUnreadable, .bodyNotJSON,
      .bodyNotAnObject, .bodyNotAnArray, .bodyTooDeep, .bodyWithNUL, .bodyNotAForm, .missingField, .wrongType,
      .unknownField,
      .invalidQueryParameter, .invalidPageToken:
      .badRequest
    }
  }

  var code: String {
    switch self {
    case .missingHeader: "missing_header"
    case .malformedHeader: "malformed_header"
    case .repeatedHeader: "repeated_header"
    case .missingAuthorization: "missing_authorization"
    case .malformedAuthorization: "malformed_authorization"
    case .bodyMissing: "body_missing"
    case .bodyTooLarge: "body_too_large"
    case .bodyUnreadable: "body_unreadable"
    case .bodyNotJSON: "body_not_json"
    case .bodyNotAnObject: "body_not_an_object"
    case .bodyNotAnArray: "body_not_an_array"
    case .bodyTooDeep: "body_too_deep"
    case .bodyWithNUL: "body_with_nul"
    case .bodyNotAForm: "body_not_a_form"
    case .missingField: "missing_field"
    case .wrongType: "wrong_type"
    case .unknownField: "unknown_field"
    case .invalidQueryParameter: "invalid_query_parameter"
    case .unprocessableQueryParameter: "unprocessable_query_parameter"
    case .invalidPageToken: "invalid_page_token"
    case .unknownPath: "unknown_path"
    case .methodNotAllowed: "method_not_allowed"
    case .tooManyRequests: "too_many_requests"
    case .invalidSignature: "invalid_signature"
    case .expiredSignature: "expired_signature"
    case .formNoLongerGood: "form_no_longer_good"
    }
  }

  var details: String {
    switch self {
    case .missingHeader(let name): "The header \(name) is missing."
    case .malformedHeader(let name, let reason): "The header \(name) \(reason)"
    case .repeatedHeader(let name): "The header \(name) is there more than once."
    case .missingAuthorization: "The header Authorization is missing."
    case .malformedAuthorization: "The header Authorization must be Bearer and an access token."
    case .bodyMissing: "The request body is missing."
    case .bodyTooLarge(let limit): "The request body may have at most \(limit) bytes."
    case .bodyUnreadable: "The request body could not be read to its end."
    case .bodyNotJSON: "The request body is not JSON in UTF-8."
    case .bodyNotAnObject: "The request body must be a JSON object."
    case .bodyNotAnArray(let limit): "The request body must be a JSON array of at most \(limit) elements."
    case .bodyTooDeep: "The request body is nested deeper than \(BodyReader.depthLimit) levels."
    case .bodyWithNUL: "The request body has the character U+0000 in a string."
    case .bodyNotAForm: "The request body is not a form in UTF-8 with each field once."
    case .missingField(let name): "The field \(name) is missing."
    case .wrongType(let name, let expected): "The field \(name) must be \(expected)."
    case .unknownField(let name): "The field \(name) is not known."
    case .invalidQueryParameter(let name, let reason), .unprocessableQueryParameter(let name, let reason):
      "The query parameter \(name) \(reason)"
    case .invalidPageToken: "The query parameter nextToken is not one that this list gave to this client."
    case .unknownPath: "There is nothing at this path."
    case .methodNotAllowed(let allowed): "The methods of this path are \(allowed.joined(separator: ", "))."
    case .tooManyRequests(let seconds): "Too many requests; try again after \(seconds) s."
    case .invalidSignature: "The URL was not signed by this server."
    case .expiredSignature: "The URL has expired; ask for a new one."
    case .formNoLongerGood: "The page is too old. Go back to the application and start again."
    }
  }

  var headers: HTTPFields {
    switch self {
    case .methodNotAllowed(let allowed): [.allow: allowed.joined(separator: ", ")]
    case .tooManyRequests(let seconds): [.retryAfter: String(seconds)]
    case .bodyUnreadable: [.connection: "close"]
    case .missingAuthorization, .malformedAuthorization: [.wwwAuthenticate: "Bearer"]
    case .missingHeader, .malformedHeader, .repeatedHeader, .bodyMissing, .bodyTooLarge, .bodyNotJSON,
      .bodyNotAnObject, .bodyNotAnArray, .bodyTooDeep, .bodyWithNUL, .bodyNotAForm, .missingField, .wrongType,
      .unknownField,
      .invalidQueryParameter, .unprocessableQueryParameter, .invalidPageToken, .unknownPath, .invalidSignature,
      .expiredSignature, .formNoLongerGood:
      [:]
    }
  }
}
