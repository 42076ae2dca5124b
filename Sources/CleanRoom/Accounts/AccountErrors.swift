// MARK: Access

extension CleanRoomError {
  package static let accountForbidden = CleanRoomError(
    "account_forbidden", .forbidden, "The client has no access to the account.")
  package static let instanceForbidden = CleanRoomError(
    "instance_forbidden", .forbidden, "The client has no access to the instance.")
  package static let profileForbidden = CleanRoomError(
    "profile_forbidden", .forbidden, "The client has no access to the profile.")
  package static let advertiserForbidden = CleanRoomError(
    "advertiser_forbidden", .forbidden, "The profile has no such advertiser.")
  /// The user may view the account, but not change it.
  package static let viewerForbidden = CleanRoomError(
    "viewer_forbidden", .forbidden, "The user may look at the account, and change nothing.")
  /// The account's creator has not yet completed its onboarding. The first sentence is AMC's.
  package static let onboardingIncomplete = CleanRoomError(
    "onboarding_incomplete", .forbidden,
    "Terms and conditions must be accepted to continue. The user who created the account does so on the consent page.")
  /// The instance belongs to another account than the request names.
  package static let accountMismatch = CleanRoomError(
    "account_mismatch", .forbidden, "The instance does not belong to the account that the request names.")
  package static let marketplaceMismatch = CleanRoomError(
    "marketplace_mismatch", .invalid, "The account is not in the marketplace that the request names.")
}

// MARK: Instances

extension CleanRoomError {
  package static let unknownInstance = CleanRoomError("unknown_instance", .notFound, "There is no such instance.")
  /// A deleted instance of that id is not yet gone from storage.
  package static let instanceBeingRemoved = CleanRoomError(
    "instance_being_removed", .invalid, "An instance of that id was deleted, and its data are still being removed.")

  /// The instance is being made, or could not be made; `status` is its present status.
  package static func instanceNotReady(status: String) -> CleanRoomError {
    CleanRoomError("instance_not_ready", .invalid, "The instance has to be COMPLETED for this; it is \(status).")
  }

  /// The account has the maximum number of instances already.
  package static func tooManyInstances(limit: Int) -> CleanRoomError {
    CleanRoomError(
      "too_many_instances", .invalid, "An account may have at most \(limit) instances; delete one that is not used.")
  }

  // MARK: Advertisers of an instance

  /// The instance would have too many advertisers.
  package static func tooManyAdvertisers(limit: Int) -> CleanRoomError {
    CleanRoomError("too_many_advertisers", .invalid, "An instance may have at most \(limit) advertisers.")
  }

  /// The instance has an unfinished update of its advertisers.
  package static let advertiserUpdatePending = CleanRoomError(
    "advertiser_update_pending", .invalid, "The instance has an update of its advertisers that is not done yet.")
  package static let unknownAdvertiserUpdate = CleanRoomError(
    "unknown_advertiser_update", .notFound, "There is no such update of advertisers of the instance.")
}
