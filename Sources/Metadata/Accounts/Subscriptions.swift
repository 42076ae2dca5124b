import GRDB
package import struct Foundation.Date

/// That an instance may query the data sources of a paid feature.
package struct SubscriptionRecord: Sendable, Hashable {
  package var instanceID: String
  /// The paid feature's name in the catalogue.
  package var feature: String
  package var createdAt: Date

  package init(instanceID: String, feature: String, createdAt: Date) {
    self.instanceID = instanceID
    self.feature = feature
    self.createdAt = createdAt
  }
}

extension SubscriptionRecord: StoredRecord {
  package static let databaseTableName = "subscription"
}

extension MetadataReading {
  /// The instance's subscriptions, by feature.
  package func subscriptions(instanceID: String) throws -> [SubscriptionRecord] {
    try SubscriptionRecord.fetchAll(
      database, sql: "SELECT * FROM subscription WHERE instanceID = ? ORDER BY feature", arguments: [instanceID])
  }
}

extension WriteTransaction {
  /// Records the subscription; one that is there stays as it is. Returns whether it is new.
  package func subscribe(_ subscription: SubscriptionRecord) throws -> Bool {
    try subscription.insert(database, onConflict: .ignore)
    return database.changesCount > 0
  }

  /// Removes the subscription. Returns whether there was one.
  package func unsubscribe(instanceID: String, feature: String) throws -> Bool {
    try SubscriptionRecord.deleteOne(database, key: ["instanceID": instanceID, "feature": feature])
  }
}

extension Migrations {
  static let subscriptions = """
    CREATE TABLE subscription (
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      feature TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (instanceID, feature)) STRICT;
    """

  /// SQLite can't change the check of a table: the table is made again.
  static let adServerAdvertisers = """
    CREATE TABLE newAdvertiser (
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('DISPLAY', 'SPONSORED_ADS', 'SAS')),
      name TEXT NOT NULL,
      marketplaceID TEXT,
      PRIMARY KEY (instanceID, id)) STRICT;
    INSERT INTO newAdvertiser SELECT instanceID, id, kind, name, marketplaceID FROM advertiser;
    DROP TABLE advertiser;
    ALTER TABLE newAdvertiser RENAME TO advertiser;
    """
}
