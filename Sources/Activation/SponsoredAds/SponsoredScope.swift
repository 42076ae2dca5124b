package import Metadata

/// The owner of a request's campaigns and audiences: a profile, and what it may use.
package struct SponsoredScope: Sendable, Hashable {
  package var profile: ProfileRecord
  package var account: AccountRecord

  package init(profile: ProfileRecord, account: AccountRecord) {
    self.profile = profile
    self.account = account
  }

  /// The only sponsored ads advertiser that the profile acts for; nil for all of the account's.
  package var advertiserID: String? { profile.advertiserID }

  /// The reason why campaigns of the profile can't use the audience; nil if they can.
  func problem(withAudience canonicalID: String, in snapshot: some MetadataReading) throws -> FieldError.Reason? {
    guard let (shown, audience) = try snapshot.advertiserAudience(canonicalID: canonicalID),
      shown.accountID == account.id, shown.advertiserKind == .sponsoredAds,
      advertiserID.map({ $0 == shown.advertiserID }) ?? true
    else { return .unknownAudience }
    return audience.status == .deactivated ? .deactivatedAudience : nil
  }
}
