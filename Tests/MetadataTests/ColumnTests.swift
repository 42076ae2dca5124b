import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// The columns that records declare are those of their tables: one that a record leaves out would never be written.
@Suite struct ColumnTests {
  private struct Table {
    let name: String
    let columns: Set<String>
    var identity: String?

    init<Record: StoredRecord>(_ record: Record.Type) {
      name = Record.databaseTableName
      columns = Set(Record.Columns.allCases.map(\.stringValue))
    }

    init<Record: IdentifiedRecord>(_ record: Record.Type) {
      name = Record.databaseTableName
      columns = Set(Record.Columns.allCases.map(\.stringValue))
      identity = Record.identity
    }
  }

  private static let plain = [
    Table(AdvertisingEntityRecord.self), Table(AdvertiserRecord.self), Table(AuditRecord.self),
    Table(ClientAccountRecord.self),
    Table(ConnectionRecord.self), Table(DataSetRecord.self), Table(DeliveryRecord.self),
    Table(DisclosureQueryRecord.self), Table(DisclosureQuerySourceRecord.self),
    Table(IdempotencyKeyRecord.self), Table(InstanceRequestRecord.self), Table(JobRecord.self),
    Table(LineItemAudienceRecord.self), Table(LoggedAudienceRecord.self), Table(MembershipRecord.self),
    Table(MovedClockRecord.self), Table(ObjectGenerationRecord.self), Table(PopulationRecord.self),
    Table(PrivacyChargeRecord.self), Table(RecordSubmission.self), Table(RetiredServerKeyRecord.self),
    Table(ReturnURLRecord.self), Table(ScheduleRecord.self),
    Table(ServerKeyRecord.self), Table(SketchAddressRecord.self), Table(SketchRecord.self),
    Table(SketchReleaseRecord.self), Table(StoreIdentityRecord.self), Table(SubscriptionRecord.self),
    Table(ToldSizeRecord.self),
    Table(UserTermsRecord.self), Table(WorkflowRecord.self),
  ]

  private static let identified = [
    Table(AccessTokenRecord.self), Table(AccountRecord.self), Table(AdvertiserAudienceRecord.self),
    Table(AdvertiserUpdateRecord.self), Table(AudienceExportRecord.self), Table(AudienceLogRecord.self),
    Table(AudienceRecord.self), Table(AuthorizationCodeRecord.self), Table(BackupRecord.self), Table(ClientRecord.self),
    Table(DataSetRemovalRecord.self), Table(DestinationRecord.self), Table(ExecutionRecord.self),
    Table(InstanceRecord.self), Table(InstanceRemovalRecord.self), Table(InvitationRecord.self),
    Table(OneTimeLinkRecord.self), Table(ProfileRecord.self),
    Table(RefreshTokenRecord.self), Table(StreamedAudienceRecord.self), Table(TermsAcceptanceRecord.self),
    Table(UploadRecord.self), Table(UsedConsentFormRecord.self), Table(UserDeletionRecord.self), Table(UserRecord.self),
  ]

  private static func migrated() throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    try Migrations.migrator.migrate(queue)
    return queue
  }

  @Test func everyTableHasARecordWithAllOfItsColumns() throws {
    let records = Self.plain + Self.identified
    let (columns, tables) = try Self.migrated().read { database in
      (
        try records.map { Set(try database.columns(in: $0.name).map(\.name)) },
        try String.fetchSet(
          database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      )
    }
    for (record, columns) in zip(records, columns) { #expect(record.columns == columns, "\(record.name)") }
    #expect(tables.subtracting(records.map(\.name)) == ["grdb_migrations", "queueTurn"])
  }

  /// `find` and `delete` need an index that no two records of a table share.
  @Test func everyIdentityIsUnique() throws {
    let unique = try Self.migrated().read { database in
      try Self.identified.filter { try database.table($0.name, hasUniqueKey: [$0.identity ?? ""]) }.map(\.name)
    }
    #expect(unique == Self.identified.map(\.name))
  }
}
