import GRDB
import ServerTestSupport
import Testing

@testable import Metadata

/// A file of an earlier program keeps what it held.
@Suite struct MigrationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The store of a file whose last step is `step`, with what `fill` wrote into it.
  private func store(
    upTo step: String, _ fill: @escaping @Sendable (Database) throws -> Void
  ) async throws -> MetadataStore {
    let path = folder.file("metadata.sqlite")
    let queue = try DatabaseQueue(path: path)
    try Migrations.migrator.migrate(queue, upTo: step)
    try await queue.write(fill)
    try queue.close()
    return try MetadataStore(path: path)
  }

  @Test func rebuildingTheAdvertiserTableKeepsItsRows() async throws {
    let store = try await store(upTo: "subscriptions to paid features") { database in
      try database.execute(
        sql: """
          INSERT INTO account VALUES ('ENTITY1', 'A', 'M', 0);
          INSERT INTO instance (id, accountID, name, kind, createdAt) VALUES ('amc1', 'ENTITY1', 'I', 'STANDARD', 0);
          INSERT INTO advertiser VALUES ('amc1', '1', 'DISPLAY', 'D', NULL), ('amc1', '2', 'SPONSORED_ADS', 'S', 'M');
          """)
    }
    try await store.write { transaction in
      try transaction.insert(
        AdvertiserRecord(instanceID: "amc1", id: "3", kind: .adServer, name: "S", marketplaceID: "M"))
    }
    let advertisers = try await store.read {
      try $0.advertisers(instanceID: "amc1", kind: nil, afterID: "", limit: 10)
    }
    #expect(advertisers.map(\.id) == ["1", "2", "3"])
    #expect(advertisers.map(\.kind) == [.display, .sponsoredAds, .adServer])
  }

  @Test func aJobOfAFileWithLeasesStays() async throws {
    let store = try await store(upTo: "login with Amazon") { database in
      try database.execute(
        sql: """
          INSERT INTO job (
            kind, subjectID, instanceID, accountID, state, owner, leaseEndsAt, attempt, crashCount, failureCount, createdAt,
            updatedAt)
          VALUES ('audience', 'a', 'amc1', 'ENTITY1', 'RUNNING', 'server', 60000, 2, 1, 0, 0, 0);
          """)
    }
    let job = try await store.read { try $0.jobs(in: .running, limit: 10).first }
    #expect(job?.subjectID == "a")
    #expect(job?.attempt == 2)
    #expect(job?.crashCount == 1)
  }

  @Test func accountsOfAFileWithoutCreatorsAreInUse() async throws {
    let store = try await store(upTo: "approved buckets") { database in
      try database.execute(sql: "INSERT INTO account VALUES ('ENTITY1', 'A', 'M', 5)")
    }
    let account = try await store.read { try $0.find(AccountRecord.self, id: "ENTITY1") }
    #expect(account?.isOnboarded == true)
    #expect(account?.creatorID == nil)
  }

  /// The audit log of an earlier program tells whether the operator named an instance's bucket, last of all.
  @Test func bucketsOfTheOperatorAreApproved() async throws {
    let store = try await store(upTo: "indexes of lists") { database in
      try database.execute(sql: "INSERT INTO account VALUES ('ENTITY1', 'A', 'M', 0)")
      let histories = [
        "operator": [("OPERATOR", "instance.bucket")], "client": [("CLIENT", "instance.update")],
        "taken": [("OPERATOR", "instance.bucket"), ("CLIENT", "instance.bucket")],
        "given": [("CLIENT", "instance.bucket"), ("OPERATOR", "instance.update")],
        "made": [("OPERATOR", "instance.create")],
        "silent": [],
      ]
      for (id, acts) in histories {
        try database.execute(
          sql: """
            INSERT INTO instance (id, accountID, name, kind, createdAt, s3BucketName)
            VALUES (?, 'ENTITY1', 'I', 'STANDARD', 1767225600000, 'bucket')
            """, arguments: [id])
        for (actor, action) in acts {
          let details = action == "instance.create" ? "{}" : #"{"s3BucketName": "bucket"}"#
          try database.execute(
            sql: """
              INSERT INTO audit (happenedAt, actor, accountID, action, subjectID, details)
              VALUES (0, ?, 'ENTITY1', ?, ?, ?)
              """, arguments: [actor, action, id, details])
        }
      }
    }
    let instances = try await store.read { try $0.allInstances(limit: 10) }
    #expect(instances.filter(\.isBucketApproved).map(\.id) == ["given", "made", "operator"])
    #expect(instances.count == 6)
  }

  /// Campaigns, line items and targets of a file that had a table for each are listed as before.
  @Test func recordsOfAFileWithTablesForEachKindAreListed() async throws {
    let store = try await store(upTo: "login with Amazon") { database in
      try database.execute(
        sql: """
          INSERT INTO account VALUES ('ENTITY1', 'A', 'M', 0);
          INSERT INTO profile (id, accountID) VALUES ('p', 'ENTITY1');
          INSERT INTO campaign (id, profileID, program, name, state, definition, createdAt, updatedAt) VALUES
            ('1', 'p', 'SPONSORED_PRODUCTS', 'n', 'PAUSED', '{"portfolioId":"x"}', 1, 2),
            ('2', 'p', 'SPONSORED_PRODUCTS', 'n', 'ARCHIVED', '{}', 0, 0),
            ('9', 'p', 'SPONSORED_BRANDS', 'n', 'ENABLED', '{}', 0, 0),
            ('3', 'p', 'SPONSORED_PRODUCTS', 'n', 'ENABLED', '{}', 0, 0);
          INSERT INTO lineItem
            (id, accountID, advertiserID, name, campaignID, state, definition, createdAt, updatedAt) VALUES
            ('l', 'ENTITY1', 'd', 'n', 'c', 'ENABLED', '{}', 0, 0);
          INSERT INTO displayTarget (id, profileID, adGroupID, state, definition, createdAt, updatedAt) VALUES
            (101, 'p', 7, 'enabled', '{}', 0, 0), (102, 'p', 7, 'archived', '{}', 0, 0);
          """)
    }
    let owner = AdvertisingOwner(accountID: "ENTITY1", id: "p")
    try await store.read { snapshot in
      let filter = AdvertisingEntityFilter()
      let campaigns = try snapshot.advertisingEntities(filter, kind: .productsCampaign, owner: owner, limit: 10)
      #expect(campaigns.map(\.id) == ["1", "2", "3"])
      let first = campaigns[0]
      #expect(first.name == "n" && first.state == .paused && first.definition == #"{"portfolioId":"x"}"#)
      #expect([first.createdAt, first.updatedAt].map(\.databaseMilliseconds) == [1, 2])
      #expect(try snapshot.livingAdvertisingEntityCount(kind: .productsCampaign, owner: owner) == 2)
      #expect(
        try snapshot.hasAdvertisingEntity(
          named: "n", parentID: nil, kind: .productsCampaign, owner: owner, except: "1"),
        "Two living campaigns of one name, which nobody can make: the file opens all the same.")
      let brands = try snapshot.advertisingEntities(filter, kind: .brandsCampaign, owner: owner, limit: 10)
      #expect(brands.map(\.id) == ["9"])
      let targets = try snapshot.advertisingEntities(filter, kind: .displayTarget, owner: owner, limit: 10)
      #expect(targets.map { "\($0.id) \($0.parentID ?? "") \($0.state)" } == ["101 7 enabled", "102 7 archived"])
      let lineItem = try snapshot.advertisingEntity(
        id: "l", kind: .dspLineItem, owner: AdvertisingOwner(accountID: "ENTITY1", id: "d"))
      #expect(lineItem?.parentID == "c")
      #expect(lineItem?.state == .enabled)
    }
  }

  @Test func resultsOfOlderVersionsAreKept() async throws {
    let store = try await store(upTo: "3 failures of jobs") { database in
      try database.execute(
        sql: """
          INSERT INTO account (id, name, marketplaceID, createdAt) VALUES ('ENTITY1', 'n', 'M', 0);
          INSERT INTO instance (id, accountID, name, kind, createdAt) VALUES ('amc1', 'ENTITY1', 'n', 'STANDARD', 0);
          INSERT INTO execution (id, instanceID, workflowID, query, timeWindowStart, timeWindowEnd, timeZone,
            parameterValues, isDryRun, timeoutSeconds, status, createdAt, updatedAt, rowCount, resultKey)
            VALUES ('done', 'amc1', 'w', 'q', 0, 1, 'UTC', '{}', 0, 900, 'SUCCEEDED', 0, 0, 1, 'a/result.csv'),
              ('waits', 'amc1', 'w', 'q', 0, 1, 'UTC', '{}', 0, 900, 'PENDING', 0, 0, NULL, NULL);
          INSERT INTO job (kind, subjectID, state, attempt, crashCount, createdAt, updatedAt)
            VALUES ('execution', 'waits', 'PENDING', 0, 0, 0, 0);
          """)
    }
    let done = try #require(try await store.read { try $0.find(ExecutionRecord.self, id: "done") })
    #expect(done.csvKeys == #"["a/result.csv"]"#)
    #expect(done.publishStatus == .unavailable)
    #expect(done.cadence == .adhoc)
    let job = try #require(try await store.read { try $0.jobs(subjectID: "waits").first })
    #expect(job.instanceID == "amc1")
    #expect(job.accountID == "ENTITY1")
  }
}
