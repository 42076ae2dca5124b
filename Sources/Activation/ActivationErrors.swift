package import CleanRoom

extension CleanRoomError {
  /// No advertiser of Amazon DSP of the account has that id.
  package static let unknownAdvertiser = CleanRoomError(
    "unknown_advertiser", .notFound, "The account has no such advertiser of Amazon DSP.")
  /// The profile has no such target of Sponsored Display.
  package static let unknownTarget = CleanRoomError("unknown_target", .notFound, "There is no such target.")
  /// The profile has no such campaign of Sponsored Display.
  package static let unknownCampaign = CleanRoomError("unknown_campaign", .notFound, "There is no such campaign.")
  /// The profile has no such ad group of Sponsored Display.
  package static let unknownAdGroup = CleanRoomError("unknown_ad_group", .notFound, "There is no such ad group.")
  package static let unknownProfile = CleanRoomError("unknown_profile", .notFound, "There is no such profile.")
}
