package import CleanRoom

extension CleanRoomError {
  /// No advertiser of Amazon DSP of the account has that id.
  package static let unknownAdvertiser = CleanRoomError(
    "unknown_advertiser", .notFound, "The account has no such advertiser of Amazon DSP.")
  /// The profile has no such target of Sponsored Display.
  package static let unknownTarget = CleanRoomError("unknown_target", .notFound, "There is no such target.")
  package static let unknownProfile = CleanRoomError("unknown_profile", .notFound, "There is no such profile.")
}
