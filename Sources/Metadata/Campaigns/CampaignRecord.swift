import GRDB
package import struct Foundation.Date

/// A campaign of sponsored ads: here for the audience whose members it bids more for.
package struct CampaignRecord: Sendable, Hashable {
  package enum Program: String, Sendable, Hashable, Codable, CaseIterable {
    case sponsoredProducts = "SPONSORED_PRODUCTS"
    case sponsoredBrands = "SPONSORED_BRANDS"
  }

  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
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
    self.id = id
    self.profileID = profileID
    self.program = program
    self.name = name
    self.state = state
    self.canonicalID = canonicalID
    self.definition = definition
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

/// A target of Sponsored Display: here for the audience that it shows advertisements to.
package struct DisplayTargetRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case enabled
    case paused
    case archived
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: Int64
  /// The profile that it was made with, whose targets are listed together.
  package var profileID: String
  /// The client's own; there are no ad groups of Sponsored Display here.
  package var adGroupID: Int64
  package var state: State
  /// A JSON object as the client sent it.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: Int64, profileID: String, adGroupID: Int64, state: State, definition: String, createdAt: Date
  ) {
    self.id = id
    self.profileID = profileID
    self.adGroupID = adGroupID
    self.state = state
    self.definition = definition
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension CampaignRecord: StoredRecord {
  package static let databaseTableName = "campaign"
}

extension DisplayTargetRecord: StoredRecord {
  package static let databaseTableName = "displayTarget"
}

extension Migrations {
  static let campaigns = """
    CREATE TABLE campaign (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      profileID TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
      program TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      canonicalID TEXT,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX campaignByProfile ON campaign (profileID, program, sequence);
    CREATE TABLE displayTarget (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id INTEGER NOT NULL UNIQUE,
      profileID TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
      adGroupID INTEGER NOT NULL,
      state TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX displayTargetByProfile ON displayTarget (profileID, sequence);
    """
}
