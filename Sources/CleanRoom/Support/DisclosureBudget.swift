/// The limits of repeated disclosure queries over the same signals, and of their comparison with earlier ones.
///
/// AMC documents that it refuses executions for this reason, but not from which number on.
package struct DisclosureBudget: Sendable, Hashable {
  /// The number of executions that may have read the same data sources on the same days before the next one is refused.
  package var maximumOverlappingExecutions = 2000
  /// The time for which an execution counts, in days.
  package var periodDays = 30
  /// The number of earlier executions that a new one is compared with, the newest first: all of the period unless there
  /// are more. 0 switches the comparison off.
  package var comparedExecutions = 2000
  /// Whether sandboxes have a budget too. Their signals are about nobody.
  package var appliesToSandboxes = false

  package init() {}
}
