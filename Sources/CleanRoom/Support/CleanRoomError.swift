package import AMCSQL
import Base

/// The reason why a clean room refuses a request. Messages are safe to show: they name fields, never values.
///
/// Each error is declared once, in the target that it belongs to:
///
/// ```
/// extension CleanRoomError {
///   package static let unknownUpload = CleanRoomError(
///     "unknown_upload", .notFound, "There is no such upload to the data set.")
/// }
/// ```
///
/// An error is caught by its name, as in `catch CleanRoomError.unknownUpload`.
package struct CleanRoomError: CodedError, Sendable, Hashable {
  /// The remedy that a caller has.
  package enum Kind: Sendable, Hashable {
    case invalid
    /// The client has to do something before it may make the request.
    case unauthorized
    case forbidden
    case notFound
  }

  /// The stable code.
  package let code: String
  package let kind: Kind
  /// One sentence that describes the problem.
  package let message: String
  /// The problems of a query, if they are the error.
  package let refusal: QueryRefusal?

  package init(_ code: String, _ kind: Kind, _ message: String, refusal: QueryRefusal? = nil) {
    self.code = code
    self.kind = kind
    self.message = message
    self.refusal = refusal
  }

  package static func ~= (pattern: CleanRoomError, error: any Error) -> Bool {
    error as? CleanRoomError == pattern
  }
}

// MARK: Requests

extension CleanRoomError {
  /// A field of a request is missing or unfit; `reason` continues a sentence that begins with its name.
  package static func invalidField(name: String, reason: String) -> CleanRoomError {
    CleanRoomError("invalid_field", .invalid, "\(name) \(reason)")
  }

  /// An update has another value for a field that cannot change.
  package static func unchangeableField(name: String) -> CleanRoomError {
    CleanRoomError("unchangeable_field", .invalid, "\(name) must be the same as the existing value.")
  }

  /// A feature of AMC that this server does not have.
  package static func unavailable(feature: String) -> CleanRoomError {
    CleanRoomError("unavailable_feature", .invalid, "\(feature) is not available here.")
  }

  /// An earlier request with the same idempotency key had another body.
  package static let idempotencyKeyReused = CleanRoomError(
    "idempotency_key_reused", .invalid, "The Idempotency-Key came with another request body before.")
}
