/// A problem of one element of a list that a client sent. The other elements are processed all the same. Messages name
/// fields, never values.
package struct FieldError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case missing
    /// `expected` is a type with its article.
    case wrongType(expected: String)
    case unknownField
    case notOneOf([String])
    case tooLow(limit: String)
    case tooHigh(limit: String)
    /// `limit` in characters or elements.
    case tooLong(limit: Int)
    case tooShort(limit: Int)
    case blank
    /// Two dates are in the wrong order.
    case startAfterEnd
    case startInPast
    case endInPast
    /// The advertiser has no audience with the id, or no longer has it.
    case unknownAudience
    /// The audience no longer has members.
    case deactivatedAudience
    /// Bids are adjusted for an audience, but none is named.
    case noAudience
    case notUnique
    case notFound
    case archived
    /// There is no campaign or ad group of the id that the element names as its own.
    case unknownParent
    /// The campaign or ad group that the element names as its own is archived.
    case archivedParent
    /// The server can't store things of this kind; `feature` is their name in the plural.
    case unsupported(feature: String)
    /// The largest number is reached.
    case quota(limit: Int)
    case unchangeable
  }

  package var reason: Reason
  /// Names and indexes below the list, such as `[0].budget.budget`.
  package var path: String

  package init(_ reason: Reason, at path: String) {
    self.reason = reason
    self.path = path
  }

  /// The problem, in one sentence.
  package var message: String {
    switch reason {
    case .missing: "The field is missing."
    case .wrongType(let expected): "The field must be \(expected)."
    case .unknownField: "The field is not known."
    case .notOneOf(let allowed): "The field must be one of \(allowed.joined(separator: ", "))."
    case .tooLow(let limit): "The field must be at least \(limit)."
    case .tooHigh(let limit): "The field may be at most \(limit)."
    case .tooLong(let limit): "The field may have at most \(limit) characters or elements."
    case .tooShort(let limit): "The field must have at least \(limit) characters or elements."
    case .blank: "The field must not be blank."
    case .startAfterEnd: "The start must not be after the end."
    case .startInPast: "The start must not be before today."
    case .endInPast: "The end must not be before today."
    case .unknownAudience: "The advertiser has no audience of that id."
    case .deactivatedAudience: "The audience was deactivated: it has no members."
    case .noAudience: "Bids can only be adjusted for an audience that is named."
    case .notUnique: "There is one like it already."
    case .notFound: "There is none of that id."
    case .archived: "What is archived can't be changed."
    case .unknownParent: "There is none of that id in the account."
    case .archivedParent: "It is archived, and takes nothing new."
    case .unsupported(let feature): "There are no \(feature) here."
    case .quota(let limit): "There may be at most \(limit); archive or remove one first."
    case .unchangeable: "The field can't be changed."
    }
  }
}

/// All problems of one element.
package struct FieldErrors: Error, Sendable, Hashable {
  package var problems: [FieldError]

  package init(_ problems: [FieldError]) {
    self.problems = problems
  }
}
