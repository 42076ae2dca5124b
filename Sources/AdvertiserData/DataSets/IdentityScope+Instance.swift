package import Metadata
package import Warehouse

extension IdentityScope {
  /// The people that an instance's records are matched with: a sandbox's own, or those of its account's marketplace.
  package init(of instance: InstanceRecord, account: AccountRecord) {
    self =
      switch instance.kind {
      case .sandbox: .sandbox(instanceID: instance.id)
      case .standard: .marketplace(account.marketplaceID)
      }
  }
}
