/// How often the same signals may be asked, and with how many earlier questions a new one is compared.
///
/// AMC documents that it refuses executions for this, and not from which number on.
package struct DisclosureBudget: Sendable, Hashable {
  /// How many executions may have read the same data sources on the same days before the next one is refused.
  package var maximumOverlappingExecutions = 2000
  /// How long an execution counts, in days.
  package var periodDays = 30
  /// With how many earlier executions a new one is compared, the newest first. Each comparison costs about as much as
  /// running both queries once more; 0 switches the comparison off.
  package var comparedExecutions = 5
  /// Whether sandboxes have a budget too. Nobody stands behind their signals.
  package var appliesToSandboxes = false

  package init() {}
}
