import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// The owner of the campaigns, ad groups and targets of a request, and the audiences that these may use.
package protocol AdvertisingScope: Sendable {
  var account: AccountRecord { get }
  var owner: AdvertisingOwner { get }

  /// The reason why the owner's campaigns, line items and targets can't use the audience; nil if they can.
  ///
  /// - Parameter canonicalID: The audience's id in the account.
  func problem(withAudience canonicalID: String, in snapshot: some MetadataReading) throws -> FieldError.Reason?
}

extension AdvertisingScope {
  /// The day in the account's marketplace, as `2025-01-31`.
  func today(at now: Date) -> String {
    Marketplace(id: account.marketplaceID)?.day(of: now) ?? String(Timestamp.text(of: now).prefix(10))
  }
}

/// A profile with its account.
package struct SponsoredScope: AdvertisingScope, Hashable {
  package var profile: ProfileRecord
  package var account: AccountRecord

  package init(profile: ProfileRecord, account: AccountRecord) {
    self.profile = profile
    self.account = account
  }

  package var owner: AdvertisingOwner { AdvertisingOwner(accountID: account.id, id: profile.id) }

  /// The only sponsored ads advertiser that the profile acts for; nil for all of the account's.
  package var advertiserID: String? { profile.advertiserID }

  package func problem(
    withAudience canonicalID: String, in snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    guard let (shown, audience) = try snapshot.advertiserAudience(canonicalID: canonicalID),
      shown.accountID == account.id, shown.advertiserKind == .sponsoredAds,
      advertiserID.map({ $0 == shown.advertiserID }) ?? true
    else { return .unknownAudience }
    return audience.status == .deactivated ? .deactivatedAudience : nil
  }
}

/// An advertiser of Amazon DSP, and an account that has it.
package struct DSPScope: AdvertisingScope, Hashable {
  package var account: AccountRecord
  package var advertiserID: String

  package init(account: AccountRecord, advertiserID: String) {
    self.account = account
    self.advertiserID = advertiserID
  }

  package var owner: AdvertisingOwner { AdvertisingOwner(accountID: account.id, id: advertiserID) }

  package func problem(
    withAudience canonicalID: String, in snapshot: some MetadataReading
  ) throws -> FieldError.Reason? {
    if let (shown, audience) = try snapshot.advertiserAudience(canonicalID: canonicalID) {
      guard shown.accountID == account.id, shown.advertiserKind == .display, shown.advertiserID == advertiserID else {
        return .unknownAudience
      }
      return audience.status == .deactivated ? .deactivatedAudience : nil
    }
    // Audiences of sent records can be used as well. They are never refreshed.
    let isStreamed = try Int64(canonicalID).map {
      try snapshot.hasStreamedAudience(id: $0, accountID: account.id, dspAdvertiserID: advertiserID)
    }
    return isStreamed == true ? nil : .unknownAudience
  }
}
