package import CleanRoom
package import Metadata

package import struct Foundation.Date

/// Shows an administrator the used part of an instance's budget.
package struct DisclosureBudgetService: Sendable {
  /// The number of executions that read a data source within the period.
  package struct Spending: Sendable, Hashable {
    package var dataSource: String
    package var executionCount: Int
  }

  private let store: MetadataStore
  private let budget: DisclosureBudget

  package init(store: MetadataStore, budget: DisclosureBudget) {
    self.store = store
    self.budget = budget
  }

  /// The spending by data source. An execution is refused if that many others have read any of its data sources on any
  /// of the same days. The numbers here, of all days, are therefore upper limits.
  ///
  /// - Throws: `CleanRoomError.unknownInstance`.
  package func spending(instanceID: String, at now: Date) async throws -> [Spending] {
    let since = DifferencingGuard.periodStart(budget, at: now)
    return try await store.read { snapshot in
      guard try snapshot.find(InstanceRecord.self, id: instanceID) != nil else { throw CleanRoomError.unknownInstance }
      return try snapshot.disclosureQueryCounts(instanceID: instanceID, since: since)
        .map { Spending(dataSource: $0.dataSource, executionCount: $0.count) }
    }
  }
}
