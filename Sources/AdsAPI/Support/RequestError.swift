import HTTPTypes

/// A fault of a request that is found before its meaning is looked at.
struct RequestError: APIError, Hashable {
  let status: HTTPResponse.Status
  let code: String
  let details: String
  let headers: HTTPFields

  private init(
    _ code: String, _ details: String, _ status: HTTPResponse.Status = .badRequest, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.details = details
    self.headers = headers
  }
}

// MARK: Headers

extension RequestError {
  static func missingHeader(_ name: String) -> Self {
    RequestError("missing_header", "The header \(name) is missing.")
  }

  /// - Parameter reason: Continues a sentence that begins with the header's name.
  static func malformedHeader(_ name: String, reason: String) -> Self {
    RequestError("malformed_header", "The header \(name) \(reason)")
  }

  static func repeatedHeader(_ name: String) -> Self {
    RequestError("repeated_header", "The header \(name) is there more than once.")
  }

  static let missingAuthorization = RequestError(
    "missing_authorization", "The header Authorization is missing.", .unauthorized,
    headers: [.wwwAuthenticate: "Bearer"])
  static let malformedAuthorization = RequestError(
    "malformed_authorization", "The header Authorization must be Bearer and an access token.", .unauthorized,
    headers: [.wwwAuthenticate: "Bearer"])
}

// MARK: The body

extension RequestError {
  static let bodyMissing = RequestError("body_missing", "The request body is missing.")

  /// - Parameter limit: In bytes.
  static func bodyTooLarge(limit: Int) -> Self {
    RequestError("body_too_large", "The request body may have at most \(limit) bytes.")
  }

  /// The connection broke off, or sent invalid HTTP, before the body was complete.
  static let bodyUnreadable = RequestError(
    "body_unreadable", "The request body could not be read to its end.", headers: [.connection: "close"])
  static let bodyNotJSON = RequestError("body_not_json", "The request body is not JSON in UTF-8.")
  static let bodyNotAnObject = RequestError("body_not_an_object", "The request body must be a JSON object.")

  /// - Parameter limit: In elements.
  static func bodyNotAnArray(limit: Int) -> Self {
    RequestError("body_not_an_array", "The request body must be a JSON array of at most \(limit) elements.")
  }

  static let bodyTooDeep = RequestError(
    "body_too_deep", "The request body is nested deeper than \(BodyReader.depthLimit) levels.")
  static let bodyWithNUL = RequestError("body_with_nul", "The request body has the character U+0000 in a string.")
  /// The body is no form in UTF-8, or has a field more than once.
  static let bodyNotAForm = RequestError(
    "body_not_a_form", "The request body is not a form in UTF-8 with each field once.")

  static func missingField(_ name: String) -> Self {
    RequestError("missing_field", "The field \(name) is missing.")
  }

  /// - Parameter expected: The type with its article.
  static func wrongType(_ name: String, expected: String) -> Self {
    RequestError("wrong_type", "The field \(name) must be \(expected).")
  }

  static func unknownField(_ name: String) -> Self {
    RequestError("unknown_field", "The field \(name) is not known.")
  }
}

// MARK: The URL

extension RequestError {
  /// - Parameter reason: Continues a sentence that begins with the parameter's name.
  static func invalidQueryParameter(_ name: String, reason: String) -> Self {
    RequestError("invalid_query_parameter", "The query parameter \(name) \(reason)")
  }

  /// The parameter is well-formed but makes no sense.
  ///
  /// - Parameter reason: Continues a sentence that begins with the parameter's name.
  static func unprocessableQueryParameter(_ name: String, reason: String) -> Self {
    RequestError("unprocessable_query_parameter", "The query parameter \(name) \(reason)", .unprocessableContent)
  }

  static let invalidPageToken = RequestError(
    "invalid_page_token", "The query parameter nextToken is not one that this list gave to this client.")
  static let unknownPath = RequestError("unknown_path", "There is nothing at this path.", .notFound)

  static func methodNotAllowed(allowed: [String]) -> Self {
    let methods = allowed.joined(separator: ", ")
    return RequestError(
      "method_not_allowed", "The methods of this path are \(methods).", .methodNotAllowed, headers: [.allow: methods])
  }

  static func tooManyRequests(retryAfterSeconds seconds: Int) -> Self {
    RequestError(
      "too_many_requests", "Too many requests; try again after \(seconds) s.", .tooManyRequests,
      headers: [.retryAfter: String(seconds)])
  }

  /// A failure of the machine, such as a full disk, or of a service that it needs. The log has the cause.
  static let unavailable = RequestError(
    "service_unavailable", "The server can't do this at the moment; try again after 5 s.", .serviceUnavailable,
    headers: [.retryAfter: "5"])
  /// Data that the response needs is damaged or missing.
  ///
  /// - Parameter message: Names the data. The log has the object.
  static func damagedData(_ message: String) -> Self {
    RequestError("damaged_data", message, .internalServerError)
  }

  static let invalidSignature = RequestError("invalid_signature", "The URL was not signed by this server.", .forbidden)
  static let expiredSignature = RequestError("expired_signature", "The URL has expired; ask for a new one.", .forbidden)
  /// A form of the sign-in was made by somebody else, for another browser, or too long ago.
  static let formNoLongerGood = RequestError(
    "form_no_longer_good", "The page is too old. Go back to the application and start again.", .forbidden)
}
