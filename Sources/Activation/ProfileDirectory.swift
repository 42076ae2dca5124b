import Base
package import CleanRoom
import Foundation
package import Metadata

/// Profiles and advertisers, as the advertising API shows them. `InstanceService` checks before whether the principal
/// may see them.
package struct ProfileDirectory: Sendable {
  private let store: MetadataStore

  package init(store: MetadataStore) {
    self.store = store
  }

  /// A profile with its owner.
  package struct Profile: Sendable, Hashable {
    package var record: ProfileRecord
    package var account: AccountRecord
    /// The account's id, or that of the sponsored ads advertiser.
    package var entityID: String { record.advertiserID ?? account.id }
    package var name: String
    /// The marketplace of its customers; nil for an unknown one.
    package var marketplace: Marketplace? { Marketplace(id: account.marketplaceID) }
  }

  /// The profile with the id. Its account has been found by it before.
  package func profile(id: String, of account: AccountRecord) async throws -> ProfileRecord {
    guard let record = try await store.read({ try $0.profile(id: id) }), record.accountID == account.id else {
      throw CleanRoomError.profileForbidden
    }
    return record
  }

  /// All profiles of the account, by id.
  package func profiles(of account: AccountRecord) async throws -> [Profile] {
    try await store.read { try Self.profiles(of: account, in: $0) }
  }

  /// The profiles of all accounts that the principal may see, account by account, at most `limit`.
  ///
  /// - Parameter onlyChangeable: Whether profiles that the principal may not change are left out.
  package func profiles(of principal: Principal, onlyChangeable: Bool, limit: Int) async throws -> [Profile] {
    let excluded = principal.region.map { Marketplace.ids(outside: $0) } ?? []
    var changer = principal
    changer.intent = .change
    return try await store.read { [changer] snapshot in
      var profiles: [Profile] = []
      var afterID = ""
      while profiles.count < limit {
        let accounts = try snapshot.accounts(
          clientID: principal.clientID, userID: principal.userID, outside: excluded, afterID: afterID,
          limit: Self.accountCountOfARead)
        for account in accounts.filter(\.isOnboarded)
        where try !onlyChangeable || Self.mayAct(changer, for: account, in: snapshot) {
          profiles += try Self.profiles(of: account, in: snapshot)
        }
        guard let last = accounts.last, accounts.count == Self.accountCountOfARead else { break }
        afterID = last.id
      }
      return Array(profiles.prefix(limit))
    }
  }

  private static let accountCountOfARead = 100

  private static func mayAct(
    _ principal: Principal, for account: AccountRecord, in snapshot: some MetadataReading
  ) throws -> Bool {
    do {
      return try principal.account(id: account.id, in: snapshot) != nil
    } catch CleanRoomError.viewerForbidden {
      return false
    }
  }

  private static func profiles(of account: AccountRecord, in snapshot: some MetadataReading) throws -> [Profile] {
    let advertisers = try snapshot.advertisers(accountID: account.id, kind: .sponsoredAds)
    let names = Dictionary(advertisers.map { ($0.id, $0.name) }) { first, _ in first }
    return try snapshot.profiles(accountID: account.id).map { record in
      Profile(record: record, account: account, name: record.advertiserID.flatMap { names[$0] } ?? account.name)
    }
  }

  /// The account's advertisers of Amazon DSP by id, without the first `start`, at most `count`; and the number of all
  /// that match.
  ///
  /// - Parameter ids: The advertisers to look for; nil for all.
  package func displayAdvertisers(
    accountID: String, ids: Set<String>? = nil, start: Int = 0, count: Int
  ) async throws -> (advertisers: [AdvertiserRecord], matchCount: Int) {
    try await store.read { snapshot in
      (
        try snapshot.advertisers(accountID: accountID, kind: .display, ids: ids, offset: start, limit: count),
        try snapshot.advertiserCount(accountID: accountID, kind: .display, ids: ids)
      )
    }
  }

  /// The accounts that have the advertiser of Amazon DSP.
  package func accountIDs(displayAdvertiserID: String) async throws -> [String] {
    try await store.read { try $0.accountIDs(advertiserID: displayAdvertiserID, kind: .display) }
  }
}

extension Marketplace {
  /// The country in profiles and DSP advertisers, which differs from ISO 3166-1 for one of them.
  package var profileCountryCode: String { countryCode == "GB" ? "UK" : countryCode }

  /// The currency of the marketplace, ISO 4217.
  package var currencyCode: String {
    switch countryCode {
    case "US": "USD"
    case "CA": "CAD"
    case "MX": "MXN"
    case "BR": "BRL"
    case "GB": "GBP"
    case "SE": "SEK"
    case "PL": "PLN"
    case "TR": "TRY"
    case "AE": "AED"
    case "SA": "SAR"
    case "EG": "EGP"
    case "ZA": "ZAR"
    case "IN": "INR"
    case "JP": "JPY"
    case "AU": "AUD"
    case "SG": "SGD"
    default: "EUR"
    }
  }

  /// The time zone of the marketplace's days. Source: "Regional profile time zone codes"; marketplaces that it leaves
  /// out have the zone of their capital.
  package var timeZoneName: String {
    switch countryCode {
    case "US", "CA", "MX": "America/Los_Angeles"
    case "BR": "America/Sao_Paulo"
    case "GB": "Europe/London"
    case "NL": "Europe/Amsterdam"
    case "SE": "Europe/Stockholm"
    case "PL": "Europe/Warsaw"
    case "BE": "Europe/Brussels"
    case "IE": "Europe/Dublin"
    case "TR": "Europe/Istanbul"
    case "AE": "Asia/Dubai"
    case "SA": "Asia/Riyadh"
    case "EG": "Africa/Cairo"
    case "ZA": "Africa/Johannesburg"
    case "IN": "Asia/Kolkata"
    case "JP": "Asia/Tokyo"
    case "AU": "Australia/Sydney"
    case "SG": "Asia/Singapore"
    default: "Europe/Paris"
    }
  }

  /// The day in the marketplace, as `2025-01-31`.
  func day(of date: Date) -> String {
    let offset = TimeZone(identifier: timeZoneName)?.secondsFromGMT(for: date) ?? 0
    return String(Timestamp.text(of: date.addingTimeInterval(Double(offset))).prefix(10))
  }
}
