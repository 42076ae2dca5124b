import FirstPartyData

/// A member that comes or goes, as a client sends it: with the names of the published OpenAPI, before anyone has looked
/// whether it makes sense.
package struct AudienceRecordInput: Sendable, Hashable, Decodable {
  /// What a person is known by: SHA-256 of normalised values, but for `maid`, which the guides name as device ids and the
  /// OpenAPI leaves out.
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

    /// Two of the four published values say that nothing was said.
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

/// What a record asks for.
package enum AudienceAction: String, Sendable, Hashable, CaseIterable {
  case create = "CREATE"
  case delete = "DELETE"
}

/// A record that is left out, as the job's status shows it.
package struct InvalidRecord: Sendable, Hashable, Codable {
  package var error: String
  /// The client's own id of the record's person; nil where it has none that can be shown.
  package var externalId: String?

  package init(error: String, externalId: String?) {
    self.error = error
    self.externalId = externalId
  }
}
