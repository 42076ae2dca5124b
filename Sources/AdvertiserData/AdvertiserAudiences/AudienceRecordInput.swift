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

  package struct UserConsent: Sendable, Hashable, Decodable {
    package struct Geo: Sendable, Hashable, Decodable {
      package var countryCode: String?
    }

    package struct Consent: Sendable, Hashable, Decodable {
      package struct Amazon: Sendable, Hashable, Decodable {
        package var amznAdStorage: String?
        package var amznUserData: String?
      }

      package var tcf: String?
      package var gpp: String?
      package var amzn: Amazon?
    }

    package var geo: Geo?
    package var consent: Consent?

    var signals: ConsentSignals {
      ConsentSignals(
        tcf: consent?.tcf, gpp: consent?.gpp, amazonUserData: Self.stated(consent?.amzn?.amznUserData),
        amazonAdStorage: Self.stated(consent?.amzn?.amznAdStorage))
    }

    /// The value, unless it is one of the two published ones that say nothing.
    private static func stated(_ value: String?) -> String? {
      value == "NOT_APPLICABLE" || value == "UNKNOWN" ? nil : value
    }
  }

  package var externalUserId: String?
  package var action: String?
  package var countryCode: String?
  package var hashedPII: [Identifiers]?
  package var userConsent: UserConsent?

  package init() {}
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
