package import CleanRoom

extension CleanRoomError {
  package static let unknownAudience = CleanRoomError(
    "unknown_audience", .notFound, "There is no such audience in the instance.")

  /// Only FAILED audiences can be changed; `status` is the present status.
  package static func audienceNotEditable(status: String) -> CleanRoomError {
    CleanRoomError(
      "audience_not_editable", .invalid, "Only FAILED audiences can be updated; this one is \(status).")
  }

  /// Only FAILED audiences can be deleted; `status` is the present status.
  package static func audienceNotDeletable(status: String) -> CleanRoomError {
    CleanRoomError(
      "audience_not_deletable", .invalid, "Only FAILED audiences can be deleted; this one is \(status).")
  }
}
