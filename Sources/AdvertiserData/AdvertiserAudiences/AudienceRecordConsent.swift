import FirstPartyData

/// The consent of a record's person, as clients send it.
///
/// The published place of the signals is `consent`. Some clients put them beside `geo` instead. Both are read.
package struct AudienceRecordConsent: Sendable, Hashable, Decodable {
  package struct Geo: Sendable, Hashable, Decodable {
    package var countryCode: String?
  }

  package var geo: Geo?
  /// The signals of each place that has a member for them.
  var signals: [ConsentSignals]
  /// Whether a member is none of the published ones: what it says can't be known.
  var hasUnknownMember: Bool

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case geo, consent
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    geo = try fields.decodeIfPresent(Geo.self, forKey: .geo)
    let inside = try fields.decodeIfPresent(Place.self, forKey: .consent)
    let beside = try Place(from: decoder)
    signals = [inside, beside].compactMap { $0?.signals }
    let known = CodingKeys.allCases.map(\.rawValue) + Place.names
    hasUnknownMember =
      inside?.hasUnknownMember(besides: []) == true || beside.hasUnknownMember(besides: known)
  }

  /// An object with signals.
  private struct Place: Decodable {
    struct Amazon: Decodable {
      enum CodingKeys: String, CodingKey, CaseIterable {
        case amznAdStorage, amznUserData
      }

      var amznAdStorage: String?
      var amznUserData: String?
      let unknownMembers: UnknownMembers

      init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        amznAdStorage = try fields.decodeIfPresent(String.self, forKey: .amznAdStorage)
        amznUserData = try fields.decodeIfPresent(String.self, forKey: .amznUserData)
        unknownMembers = try UnknownMembers(of: decoder, besides: CodingKeys.allCases.map(\.rawValue))
      }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case tcf, gpp, amzn
    }

    static let names = CodingKeys.allCases.map(\.rawValue)

    let tcf: String?
    let gpp: String?
    let amzn: Amazon?
    private let unknownMembers: UnknownMembers

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      tcf = try fields.decodeIfPresent(String.self, forKey: .tcf)
      gpp = try fields.decodeIfPresent(String.self, forKey: .gpp)
      amzn = try fields.decodeIfPresent(Amazon.self, forKey: .amzn)
      unknownMembers = try UnknownMembers(of: decoder, besides: Self.names)
    }

    func hasUnknownMember(besides known: [String]) -> Bool {
      !unknownMembers.names.isSubset(of: known) || amzn?.unknownMembers.names.isEmpty == false
    }

    var signals: ConsentSignals {
      ConsentSignals(
        tcf: tcf, gpp: gpp, amazonUserData: Self.stated(amzn?.amznUserData),
        amazonAdStorage: Self.stated(amzn?.amznAdStorage))
    }

    /// The value, unless it is one of the two published ones that say nothing.
    private static func stated(_ value: String?) -> String? {
      value == "NOT_APPLICABLE" || value == "UNKNOWN" ? nil : value
    }
  }
}

/// The names of an object's members that nobody asked for. Those that are null say nothing.
struct UnknownMembers: Sendable, Hashable {
  let names: Set<String>

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(of decoder: any Decoder, besides known: [String]) throws {
    let members = try decoder.container(keyedBy: Name.self)
    names = Set(
      try members.allKeys.filter { try !known.contains($0.stringValue) && !members.decodeNil(forKey: $0) }
        .map(\.stringValue))
  }
}
