import Activation
import CleanRoom
import Hummingbird

/// Reads what operations on campaigns hold.
enum CampaignRequests {
  /// The most names of a filter. Source: the published OpenAPI files.
  private static let nameFilterLimit = 100

  struct Listing: Sendable {
    var filter = CampaignFilter()
    var isExtended = false
    var limit = 0
    var token: String?

    /// What a token of this list is good for: the same question.
    var identity: [String] {
      [filter.ids, filter.portfolioIDs, filter.states, filter.goals, filter.names.map { Set($0) }].flatMap { values in
        values.map { ["filter"] + $0.sorted() } ?? ["any"]
      } + ["\(filter.matchesWholeNames)"]
    }
  }

  private enum Match: String, CaseIterable {
    case broad = "BROAD_MATCH"
    case exact = "EXACT_MATCH"
  }

  static func listing(of request: Request, _ program: CampaignProgram) async throws -> Listing {
    var fields = try await BatchBody.fields(of: request, mediaType: program.mediaType, isRequired: false)
    var listing = Listing()
    listing.filter.ids = try fields.included("campaignIdFilter", limit: program.idFilterLimit).map { Set($0) }
    listing.filter.portfolioIDs = try fields.included("portfolioIdFilter", limit: program.portfolioFilterLimit)
      .map { Set($0) }
    listing.filter.states = try fields.included("stateFilter", among: program.states)
    if program.program == .sponsoredBrands {
      listing.filter.goals = try fields.included("goalTypeFilter", limit: nameFilterLimit).map { Set($0) }
    }
    try addNames(&fields, to: &listing.filter)
    listing.isExtended = try fields.boolean("includeExtendedDataFields") ?? false
    listing.limit = try fields.pageCount(in: 1...program.pageCountLimit, default: program.pageCountLimit)
    listing.token = try fields.string("nextToken")
    try fields.finish()
    return listing
  }

  private static func addNames(_ fields: inout FieldReader, to filter: inout CampaignFilter) throws(RequestError) {
    guard let members = try fields.object("nameFilter") else { return }
    var names = FieldReader(members, path: "nameFilter.")
    filter.names = try names.strings("include")
    filter.matchesWholeNames = try names.choice("queryTermMatchType", Match.self) == .exact
    try names.finish()
    if let names = filter.names, names.count > nameFilterLimit {
      throw .wrongType("nameFilter.include", expected: "an array of at most \(nameFilterLimit) strings")
    }
  }

  /// The campaigns that a deletion names.
  static func deletion(of request: Request, _ program: CampaignProgram) async throws -> [String] {
    var fields = try await BatchBody.fields(of: request, mediaType: program.mediaType)
    guard let ids = try fields.included("campaignIdFilter", limit: program.idFilterLimit) else {
      throw RequestError.missingField("campaignIdFilter.include")
    }
    try fields.finish()
    return ids
  }
}
