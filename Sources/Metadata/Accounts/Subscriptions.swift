package import struct Foundation.Date
import GRDB

/// A subscription of an instance to a paid feature, whose data sources it may query.
package struct SubscriptionRecord: StoredRecord {
  package static let databaseTableName = "subscription"
  package enum CodingKeys: String, StoredColumn { case instanceID, feature, createdAt }

  package var instanceID: String
  /// The paid feature's name in the catalogue.
  package var feature: String
  package var createdAt: Date

  package init(instanceID: String, feature: String, createdAt: Date) {
    (self.instanceID, self.feature, self.createdAt) = (instanceID, feature, createdAt)
  }
}

extension MetadataReading {
  /// The instance's subscriptions, by feature.
  package func subscriptions(instanceID: String) throws -> [SubscriptionRecord] {
    try SubscriptionRecord.filter { $0.instanceID == instanceID }.order { $0.feature }.fetchAll(database)
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
