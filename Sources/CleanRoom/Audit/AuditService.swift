package import Metadata

/// Reads the audit log.
package struct AuditService: Sendable {
  private let store: MetadataStore

  package init(store: MetadataStore) {
    self.store = store
  }

  /// The acts after `sequence`, oldest first, at most `limit`; of one account, if one is given.
  package func records(accountID: String?, after sequence: Int64, limit: Int) async throws -> [AuditRecord] {
    try await store.read { try $0.auditRecords(accountID: accountID, after: sequence, limit: limit) }
  }
}
