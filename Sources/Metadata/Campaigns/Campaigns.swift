package import struct Foundation.Date
import GRDB

/// A campaign of sponsored ads: here for the audience whose members it bids more for.
package struct CampaignRecord: StoredRecord {
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

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  /// The profile that it was made with, whose campaigns are listed together.
  package var profileID: String
  package var program: Program
  package var name: String
  package var state: State
  /// The canonical id of the audience that it uses, or nil.
  package var canonicalID: String?
  /// A JSON object: what the client sent, with what is added when it sends nothing.
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

extension MetadataReading {
  /// The campaign of that id, if it is the profile's and of the program.
  package func campaign(
    id: String, profileID: String, program: CampaignRecord.Program
  ) throws -> CampaignRecord? {
    try CampaignRecord.filter { $0.id == id && $0.profileID == profileID && $0.program == program }.fetchOne(database)
  }

  /// The profile's campaigns of a program, oldest first.
  package func campaigns(profileID: String, program: CampaignRecord.Program) throws -> [CampaignRecord] {
    try campaigns(profileID, program).order { $0.sequence }.fetchAll(database)
  }

  /// How many campaigns of a program the profile has that are not archived.
  package func liveCampaignCount(profileID: String, program: CampaignRecord.Program) throws -> Int {
    try campaigns(profileID, program).filter { $0.state != CampaignRecord.State.archived }.fetchCount(database)
  }

  /// Whether a campaign of that name is there that is not archived, other than the one of that id.
  package func hasCampaign(
    named name: String, profileID: String, program: CampaignRecord.Program, except id: String?
  ) throws -> Bool {
    try !campaigns(profileID, program)
      .filter { $0.name == name && $0.state != CampaignRecord.State.archived && $0.id != id ?? "" }.isEmpty(database)
  }

  private func campaigns(
    _ profileID: String, _ program: CampaignRecord.Program
  ) -> QueryInterfaceRequest<CampaignRecord> {
    CampaignRecord.filter { $0.profileID == profileID && $0.program == program }
  }
}
