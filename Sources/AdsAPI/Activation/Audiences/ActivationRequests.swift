import Activation
import CleanRoom
import Foundation
import Hummingbird

/// Reads what `POST /audiences/list` holds.
enum ActivationRequests {
  /// The most audiences of a page.
  static let pageCountLimit = 250
  /// How many audiences a page has when the client does not say.
  static let defaultPageCount = 10
  /// The most filters, and the most values of one.
  static let filterCountLimit = 100

  enum AdType: String, CaseIterable, Sendable {
    case dsp = "DSP"
    case sponsoredDisplay = "SD"
    case sponsoredTelevision = "ST"
  }

  struct Listing: Sendable {
    var adType: AdType
    var advertiserID: String?
    var filters: [AdvertiserAudienceFilter]
    /// Two letters, ISO 3166-1; nil for any.
    var country: String?
    var limit: Int
    var token: String?

    /// What a token of this list is good for: the same question.
    var identity: [String] {
      [adType.rawValue, advertiserID ?? "", country ?? ""]
        + filters.flatMap { [$0.field.rawValue, $0.isNegated ? "NOT_EQ" : "EQ"] + $0.values }
    }
  }

  static func listing(of request: Request, body: Data) throws(RequestError) -> Listing {
    let parameters = QueryParameters(request)
    var fields = FieldReader(body.isEmpty ? [:] : try BodyReader.object(body, of: request))
    let adType = try adType(&fields)
    let filters = try filters(&fields)
    let countries = try fields.strings("countries")
    if let countries, countries.count != 1 {
      throw .wrongType("countries", expected: "an array of one country code")
    }
    try fields.finish()
    let advertiserID = try parameters.string("advertiserId")
    if adType == .dsp, advertiserID?.isEmpty != false {
      throw .invalidQueryParameter("advertiserId", reason: "is missing; adType DSP needs it.")
    }
    // Audiences of a clean room can always be targeted, so that both values mean the same.
    _ = try parameters.boolean("canTarget", default: false)
    return Listing(
      adType: adType, advertiserID: advertiserID, filters: filters, country: countries?.first?.uppercased(),
      limit: try parameters.integer("maxResults", in: 1...pageCountLimit, default: defaultPageCount),
      token: try parameters.string("nextToken"))
  }

  private static func adType(_ fields: inout FieldReader) throws(RequestError) -> AdType {
    guard let text = try fields.string("adType") else { return .dsp }
    guard let type = AdType(rawValue: text) else { throw .wrongType("adType", expected: "one of DSP, SD, ST") }
    return type
  }

  private static func filters(_ fields: inout FieldReader) throws(RequestError) -> [AdvertiserAudienceFilter] {
    let elements = try fields.array("filters") ?? []
    guard elements.count <= filterCountLimit else {
      throw .wrongType("filters", expected: "an array of at most \(filterCountLimit) filters")
    }
    var filters: [AdvertiserAudienceFilter] = []
    for element in elements {
      guard case .object(let members) = element else { throw .wrongType("filters", expected: "an array of objects") }
      filters.append(try filter(members))
    }
    return filters
  }

  private static func filter(_ members: [String: JSONValue]) throws(RequestError) -> AdvertiserAudienceFilter {
    var fields = FieldReader(members, path: "filters.")
    guard let field = AdvertiserAudienceFilter.Field(rawValue: try fields.requiredString("field")) else {
      let names = AdvertiserAudienceFilter.Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw .wrongType("filters.field", expected: "one of \(names)")
    }
    let comparison = try fields.string("operator") ?? "EQ"
    guard ["EQ", "NOT_EQ"].contains(comparison) else {
      throw .wrongType("filters.operator", expected: "EQ or NOT_EQ")
    }
    let values = try fields.strings("values") ?? []
    guard values.count <= filterCountLimit else {
      throw .wrongType("filters.values", expected: "an array of at most \(filterCountLimit) strings")
    }
    try fields.finish()
    return AdvertiserAudienceFilter(field: field, isNegated: comparison == "NOT_EQ", values: values)
  }
}
