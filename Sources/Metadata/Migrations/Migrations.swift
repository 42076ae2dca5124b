import GRDB

/// The numbered steps from an empty file to the present tables. A released step never changes.
enum Migrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (name, sql) in steps {
      migrator.registerMigration(name) { database in try database.execute(sql: sql) }
    }
    migrator.registerMigration("chained audit log", migrate: chainAuditLog)
    return migrator
  }

  /// The steps in their order, each with a permanent name.
  private static let steps: [(name: String, sql: String)] = [
    ("1 clients and accounts", clientsAndAccounts),
    ("2 audiences, executions and jobs", audiencesExecutionsAndJobs),
    ("3 failures of jobs", "ALTER TABLE job ADD COLUMN failureCount INTEGER NOT NULL DEFAULT 0"),
    ("4 workflows, schedules and the fair queue", workflowsSchedulesAndQueue),
    ("subscriptions to paid features", subscriptions),
    ("advertisers of the ad server", adServerAdvertisers),
    ("buckets and deliveries", bucketsAndDeliveries),
    ("questions", questions),
    ("kinds of jobs", kindsOfJobs),
    ("data sets and uploads", dataSetsAndUploads),
    ("terms and advertiser audiences", termsAndAdvertiserAudiences),
    ("users", users),
    ("audit log", auditLog),
    ("line items", lineItems),
    ("refreshes, leases and moved clocks", refreshesLeasesAndClocks),
    ("lookalikes", lookalikes),
    ("profiles of sponsored ads advertisers", kindsOfProfiles),
    ("campaigns", campaigns),
    ("destinations", destinations),
    ("the life of instances", lifeOfInstances),
    ("login with Amazon", loginWithAmazon),
    ("approved scopes of clients", approvedScopes),
    (
      "jobs without leases",
      "ALTER TABLE job DROP COLUMN owner; ALTER TABLE job DROP COLUMN leaseEndsAt;"
    ),
    ("indexes of lists", indexesOfLists),
    ("campaigns and ad groups", advertisingEntities),
    ("standard instances with synthetic signals", standardSandboxes),
    ("gaps in the data of executions", "ALTER TABLE execution ADD COLUMN dataGapStart INTEGER"),
    ("approved buckets", approvedBuckets),
    ("privacy modes and budgets", privacyModes),
    ("one table of campaigns, ad groups and targets", oneTableOfEntities),
    ("generations of objects, retired keys and backups", durability),
    ("sketches of results", sketches),
    ("workers that jobs ended", "ALTER TABLE job ADD COLUMN workerEndCount INTEGER NOT NULL DEFAULT 0"),
    ("creators of accounts", creatorsOfAccounts),
    ("used consent forms", usedConsentForms),
    ("fair places in the queue", fairPlaces),
  ]
}
