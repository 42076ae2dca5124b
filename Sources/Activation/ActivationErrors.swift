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

  // MARK: Destinations of exports, which only the operator has

  package static let unknownDestination = CleanRoomError(
    "unknown_destination", .notFound, "There is no such destination.")
  /// No audience has the id.
  package static let noExportableAudience = CleanRoomError(
    "unknown_audience", .notFound, "There is no audience of that id.")
  package static let invalidBucket = CleanRoomError(
    "invalid_bucket", .invalid, "A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens.")
  package static let invalidPrefix = CleanRoomError(
    "invalid_prefix", .invalid, "The prefix can't be the beginning of a key.")
  /// The two destinations could overwrite each other's files.
  package static let placeTaken = CleanRoomError(
    "place_taken", .invalid, "Another destination has that bucket and prefix.")
  package static let otherInstance = CleanRoomError(
    "other_instance", .invalid, "The audience is of another instance than the destination.")
  package static let notConnected = CleanRoomError(
    "not_connected", .notFound, "The audience does not go to the destination.")
}
