package import struct Foundation.Date
import GRDB

/// A campaign of sponsored ads, stored for the audience whose members it bids more for.
package struct CampaignRecord: ChangingRecord {
  package static let databaseTableName = "campaign"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, profileID, program, name, state, canonicalID, definition, createdAt, updatedAt
  }

  package enum Program: String, StoredChoice {
    case sponsoredProducts = "SPONSORED_PRODUCTS"
    case sponsoredBrands = "SPONSORED_BRANDS"
  }

  package enum State: String, StoredChoice {
    case enabled = "ENABLED"
    case paused = "PAUSED"
    case proposed = "PROPOSED"
    case archived = "ARCHIVED"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  /// The profile that the campaign was made with; its campaigns are listed together.
  package var profileID: String
  package var program: Program
  package var name: String
  package var state: State
  /// The canonical id of the audience that the campaign uses, or nil.
  package var canonicalID: String?
  /// A JSON object: the client's own, with the defaults of missing members.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, profileID: String, program: Program, name: String, state: State, canonicalID: String?,
    definition: String, createdAt: Date
  ) {
    (self.id, self.profileID, self.program, self.name) = (id, profileID, program, name)
    (self.state, self.canonicalID, self.definition) = (state, canonicalID, definition)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

/// A filter of lists of campaigns. A property that is nil restricts nothing.
package struct CampaignFilter: Sendable, Hashable {
  package var ids: Set<String>?
  package var portfolioIDs: Set<String>?
  package var states: Set<String>?
  package var goals: Set<String>?
  /// Names or parts of names, without regard to case. One of them has to match.
  package var names: [String]?
  /// Whether a name is matched as a whole instead of in part.
  package var matchesWholeNames = false

  package init() {}

  fileprivate func applied(to campaigns: QueryInterfaceRequest<CampaignRecord>) -> QueryInterfaceRequest<CampaignRecord>
  {
    var request = campaigns
    if let ids { request = request.filter { ids.contains($0.id) } }
    if let states { request = request.filter { states.contains($0.state) } }
    if let portfolioIDs { request = request.filter { portfolioIDs.contains(Self.member("portfolioId", of: $0)) } }
    if let goals { request = request.filter { goals.contains(Self.member("goal", of: $0)) } }
    guard let names else { return request }
    let matches = matchesWholeNames ? TextFunctions.equals : TextFunctions.contains
    return request.filter { columns in names.map { matches(columns.name, $0) }.joined(operator: .or) }
  }

  /// A member of the definition; empty where it is missing.
  private static func member(_ name: String, of columns: CampaignRecord.Columns.Type) -> SQLExpression {
    Database.jsonExtract(columns.definition, atPath: "$.\(name)") ?? ""
  }
}

extension MetadataReading {
  /// The campaign with the id, if it belongs to the profile and program.
  package func campaign(
    id: String, profileID: String, program: CampaignRecord.Program
  ) throws -> CampaignRecord? {
    try CampaignRecord.filter { $0.id == id && $0.profileID == profileID && $0.program == program }.fetchOne(database)
  }

  /// The profile's campaigns of a program that match, oldest first, from after `sequence`, at most `limit`.
  package func campaigns(
    _ filter: CampaignFilter, profileID: String, program: CampaignRecord.Program, after sequence: Int64, limit: Int
  ) throws -> [CampaignRecord] {
    try filter.applied(to: campaigns(profileID, program)).filter { $0.sequence > sequence }.order { $0.sequence }
      .limit(limit).fetchAll(database)
  }

  /// The number of the profile's campaigns of a program that match.
  package func campaignCount(
    _ filter: CampaignFilter, profileID: String, program: CampaignRecord.Program
  ) throws -> Int {
    try filter.applied(to: campaigns(profileID, program)).fetchCount(database)
  }

  /// The number of the profile's campaigns of a program that are not archived.
  package func livingCampaignCount(profileID: String, program: CampaignRecord.Program) throws -> Int {
    try livingCampaigns(profileID, program).fetchCount(database)
  }

  /// Whether another campaign, that is not archived, has the name.
  package func hasCampaign(
    named name: String, profileID: String, program: CampaignRecord.Program, except id: String?
  ) throws -> Bool {
    try !livingCampaigns(profileID, program).filter { $0.name == name && $0.id != id ?? "" }.isEmpty(database)
  }

  private func campaigns(
    _ profileID: String, _ program: CampaignRecord.Program
  ) -> QueryInterfaceRequest<CampaignRecord> {
    CampaignRecord.filter { $0.profileID == profileID && $0.program == program }
  }

  /// The campaigns that are not archived. The state is a literal, as in the condition of their index.
  private func livingCampaigns(
    _ profileID: String, _ program: CampaignRecord.Program
  ) -> QueryInterfaceRequest<CampaignRecord> {
    campaigns(profileID, program).filter(sql: "state != 'ARCHIVED'")
  }
}
