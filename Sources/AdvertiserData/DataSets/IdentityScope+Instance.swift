package import Metadata
package import Warehouse

extension IdentityScope {
  /// Whom the records of an instance are matched with: a sandbox's own people, or those of its account's marketplace.
  package init(of instance: InstanceRecord, account: AccountRecord) {
    self =
      switch instance.kind {
      case .sandbox: .sandbox(instanceID: instance.id)
      case .standard: .marketplace(account.marketplaceID)
      }
  }
}
