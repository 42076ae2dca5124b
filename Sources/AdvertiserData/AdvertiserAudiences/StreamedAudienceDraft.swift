import CleanRoom
import FirstPartyData
/// A requested audience whose members the client sends.
package struct StreamedAudienceDraft: Sendable, Hashable {
  /// The targets of the members: a connection, a DSP advertiser, or both if they belong together.
  package struct Target: Sendable, Hashable {
    package var connectionID: String?
    package var advertiserID: String?

    package init(connectionID: String?, advertiserID: String?) {
      self.connectionID = connectionID
      self.advertiserID = advertiserID
    }
  }

  package var name: String
  package var description: String
  package var externalAudienceID: String
  /// In seconds; nil for the default.
  package var ttlSeconds: Int?
  package var fees: [AudienceFee]?
  package var countryCode: String?
  package var target: Target

  package init(
    name: String, description: String, externalAudienceID: String, ttlSeconds: Int? = nil, fees: [AudienceFee]? = nil,
    countryCode: String? = nil, target: Target
  ) {
    self.name = name
    self.description = description
    self.externalAudienceID = externalAudienceID
    self.ttlSeconds = ttlSeconds
    self.fees = fees
    self.countryCode = countryCode
    self.target = target
  }
}

/// Changes of an audience. Fields that are nil stay as they are.
package struct StreamedAudienceUpdate: Sendable, Hashable {
  package var description: String?
  package var ttlSeconds: Int?
  package var fees: [AudienceFee]?

  package init(description: String? = nil, ttlSeconds: Int? = nil, fees: [AudienceFee]? = nil) {
    self.description = description
    self.ttlSeconds = ttlSeconds
    self.fees = fees
  }
}

/// The price of an audience's use, per thousand impressions.
package struct AudienceFee: Sendable, Hashable, Codable {
  package enum Currency: String, Sendable, Hashable, Codable, CaseIterable {
    case AED, AUD, CAD, CNY, EUR, GBP, INR, JPY, MXN, SAR, SEK, TRY, USD
  }

  package var currency: Currency
  /// In hundredths of the currency.
  package var cpmCents: Double

  package init(currency: Currency, cpmCents: Double) {
    self.currency = currency
    self.cpmCents = cpmCents
  }
}

/// The limits of audiences, from the published OpenAPI and the guide "Advertiser audiences".
package enum StreamedAudienceLimits {
  /// The possible numbers of characters of a name.
  package static let nameLength = 10...128
  /// The largest number of characters of a description.
  package static let descriptionLength = 1000
  /// The largest number of characters of the client's own id of an audience; AMC documents none.
  package static let externalIDLength = 256
  /// The possible times for which a user stays a member, in seconds: up to 13 months, which is also the default.
  package static let ttlSeconds = 0...34_300_800
  /// The possible numbers of an audience's fees.
  package static let feeCount = 1...13

  static func check(_ draft: StreamedAudienceDraft) throws(CleanRoomError) {
    guard nameLength.contains(draft.name.unicodeScalars.count) else {
      throw .invalidField(name: "name", reason: "must have 10 to 128 characters.")
    }
    guard (1...externalIDLength).contains(draft.externalAudienceID.unicodeScalars.count) else {
      throw .invalidField(
        name: "metadata.externalAudienceId", reason: "must have 1 to \(externalIDLength) characters.")
    }
    if let country = draft.countryCode, !CountryCode.accepts(country) {
      throw .invalidField(
        name: "countryCode", reason: "must be a country: a code of ISO 3166-1, a name, or UNKNOWN.")
    }
    guard draft.target.connectionID != nil || draft.target.advertiserID != nil else {
      throw .invalidField(name: "targetResource", reason: "must have connectionId or advertiserId.")
    }
    try check(
      StreamedAudienceUpdate(description: draft.description, ttlSeconds: draft.ttlSeconds, fees: draft.fees))
  }

  static func check(_ update: StreamedAudienceUpdate) throws(CleanRoomError) {
    if let description = update.description, description.unicodeScalars.count > descriptionLength {
      throw .invalidField(name: "description", reason: "may have at most \(descriptionLength) characters.")
    }
    if let ttl = update.ttlSeconds, !ttlSeconds.contains(ttl) {
      throw .invalidField(name: "metadata.ttl", reason: "must be from 0 to \(ttlSeconds.upperBound) seconds.")
    }
    if let fees = update.fees, !feeCount.contains(fees.count) {
      throw .invalidField(name: "metadata.audienceFees", reason: "must have 1 to 13 elements.")
    }
  }
}

extension CountryCode {
  /// Whether requests may name a country like this: by a code, a name, or `UNKNOWN`.
  static func accepts(_ text: String) -> Bool { text == unknown || standardised(text) != nil }
}
