import ArgumentParser
import CleanRoom
import Foundation
import Measurement
import Metadata

/// `adyton admin budget`
struct BudgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget", abstract: "The budgets for repeated disclosure queries.", subcommands: [Show.self])

  /// `adyton admin budget show`
  struct Show: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show how many executions have read each data source of an instance.",
      discussion: """
        An execution is refused when too many others have read any of its data sources on any of the same days, or \
        when its result and that of an earlier one would differ by too few users. Sandbox instances have no budget.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption
    @OptionGroup var limits: BudgetOptions

    func run(in store: MetadataStore) async throws {
      let budget = try limits.budget
      let spending = try await DisclosureBudgetService(store: store, budget: budget)
        .spending(instanceID: instance.id, at: Date())
      let limit = budget.maximumOverlappingExecutions
      if options.json {
        let rows = spending.map { [$0.dataSource, String($0.executionCount), String(limit)] }
        return try options.print(["dataSource", "executions", "limit"], rows)
      }
      for entry in spending { Output.line("\(entry.dataSource)\t\(entry.executionCount) of \(limit)") }
      if spending.isEmpty { Output.line("No execution has counted in the last \(budget.periodDays) days.") }
    }
  }
}
