import FirstPartyData

/// A record of a person who joins or leaves, as a client sends it: with the names of the published OpenAPI, and
/// unchecked.
package struct AudienceRecordInput: Sendable, Hashable, Decodable {
  /// The identifiers of a person: SHA-256 of normalised values, except `maid`, which the guides name as device ids and
  /// the OpenAPI leaves out.
  package struct Identifiers: Sendable, Hashable, Decodable {
    package var address: String?
    package var city: String?
    package var email: String?
    package var firstname: String?
    package var lastname: String?
    package var phone: String?
    package var postal: String?
    package var state: String?
    /// An advertising identifier of a mobile device: a UUID, not hashed.
    package var maid: String?

    package init() {}
  }

  package var externalUserId: String?
  package var action: String?
  package var countryCode: String?
  package var hashedPII: [Identifiers]?
  package var userConsent: AudienceRecordConsent?
  /// Whether the record says something of consent that is not known. It may be a denial, so that it is never ignored.
  package private(set) var hasUnknownConsent = false

  package init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case externalUserId, action, countryCode, hashedPII, userConsent
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    externalUserId = try fields.decodeIfPresent(String.self, forKey: .externalUserId)
    action = try fields.decodeIfPresent(String.self, forKey: .action)
    countryCode = try fields.decodeIfPresent(String.self, forKey: .countryCode)
    hashedPII = try fields.decodeIfPresent([Identifiers].self, forKey: .hashedPII)
    userConsent = try fields.decodeIfPresent(AudienceRecordConsent.self, forKey: .userConsent)
    // Other fields are ignored, unless their name says that they are about consent.
    let others = try UnknownMembers(of: decoder, besides: CodingKeys.allCases.map(\.rawValue))
    hasUnknownConsent =
      userConsent?.hasUnknownMember == true || others.names.contains { $0.lowercased().contains("consent") }
  }
}

/// The action of a record.
package enum AudienceAction: String, Sendable, Hashable, CaseIterable {
  case create = "CREATE"
  case delete = "DELETE"
}

/// A record that is left out, in the job's status.
package struct InvalidRecord: Sendable, Hashable, Codable {
  package var error: String
  /// The client's own id of the record's person; nil if there is none that can be shown.
  package var externalId: String?
}
