import GRDB

extension MetadataReading {
  /// The campaign of that id, if it is the profile's and of the program.
  package func campaign(
    id: String, profileID: String, program: CampaignRecord.Program
  ) throws -> CampaignRecord? {
    try CampaignRecord.filter(Column("id") == id).fetchOne(database).flatMap {
      $0.profileID == profileID && $0.program == program ? $0 : nil
    }
  }

  /// The profile's campaigns of a program, oldest first.
  package func campaigns(profileID: String, program: CampaignRecord.Program) throws -> [CampaignRecord] {
    try CampaignRecord.filter(Column("profileID") == profileID && Column("program") == program.rawValue)
      .order(Column("sequence")).fetchAll(database)
  }

  /// How many campaigns of a program the profile has that are not archived.
  package func liveCampaignCount(profileID: String, program: CampaignRecord.Program) throws -> Int {
    try CampaignRecord.filter(
      Column("profileID") == profileID && Column("program") == program.rawValue
        && Column("state") != CampaignRecord.State.archived.rawValue
    ).fetchCount(database)
  }

  /// Whether a campaign of that name is there that is not archived, other than the one of that id.
  package func hasCampaign(
    named name: String, profileID: String, program: CampaignRecord.Program, except id: String?
  ) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM campaign
          WHERE profileID = ? AND program = ? AND name = ? AND state != ? AND id != ?)
        """,
      arguments: [profileID, program.rawValue, name, CampaignRecord.State.archived.rawValue, id ?? ""]) ?? false
  }

  /// The target of Sponsored Display of that id, if it is the profile's.
  package func displayTarget(id: Int64, profileID: String) throws -> DisplayTargetRecord? {
    try DisplayTargetRecord.filter(Column("id") == id && Column("profileID") == profileID).fetchOne(database)
  }

  /// The profile's targets of Sponsored Display, oldest first.
  package func displayTargets(profileID: String) throws -> [DisplayTargetRecord] {
    try DisplayTargetRecord.filter(Column("profileID") == profileID).order(Column("sequence")).fetchAll(database)
  }

  /// How many targets of Sponsored Display the profile has that are not archived.
  package func liveDisplayTargetCount(profileID: String) throws -> Int {
    try DisplayTargetRecord.filter(
      Column("profileID") == profileID && Column("state") != DisplayTargetRecord.State.archived.rawValue
    ).fetchCount(database)
  }
}

extension WriteTransaction {
  package func insert(_ campaign: CampaignRecord) throws {
    try campaign.insert(database)
  }

  /// Writes all of the campaign. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ campaign: CampaignRecord) throws {
    do { try campaign.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func insert(_ target: DisplayTargetRecord) throws {
    try target.insert(database)
  }

  /// Writes all of the target. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ target: DisplayTargetRecord) throws {
    do { try target.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }
}
