package import Metadata
package import Warehouse

extension IdentityScope {
  /// The people that an instance's records are matched with: the synthetic ones behind its signals, or those of its
  /// account's marketplace.
  package init(of instance: InstanceRecord, account: AccountRecord) {
    self = instance.hasSyntheticSignals ? .sandbox(instanceID: instance.id) : .marketplace(account.marketplaceID)
  }
}
