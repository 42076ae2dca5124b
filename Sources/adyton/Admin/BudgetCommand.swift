import Measurement
import ArgumentParser
import CleanRoom
import Foundation

/// How often the same signals may be asked, on the command line or in the environment.
struct BudgetOptions: ParsableArguments {
  @Option(
    help:
      "How many executions may read the same data sources on the same days (ADYTON_MAX_OVERLAPPING_EXECUTIONS)."
  )
  var maxOverlappingExecutions =
    Environment.number("ADYTON_MAX_OVERLAPPING_EXECUTIONS") ?? DisclosureBudget().maximumOverlappingExecutions

  @Option(help: "For how many days an execution counts (ADYTON_BUDGET_DAYS).")
  var budgetDays = Environment.number("ADYTON_BUDGET_DAYS") ?? DisclosureBudget().periodDays

  @Option(
    help: "With how many earlier executions a new one is compared; 0 for none (ADYTON_COMPARED_EXECUTIONS).")
  var comparedExecutions =
    Environment.number("ADYTON_COMPARED_EXECUTIONS") ?? DisclosureBudget().comparedExecutions

  func validate() throws {
    guard maxOverlappingExecutions >= 1, budgetDays >= 1, comparedExecutions >= 0 else {
      throw ValidationError(
        "--max-overlapping-executions and --budget-days must be at least 1, --compared-executions at least 0.")
    }
  }

  var budget: DisclosureBudget {
    var budget = DisclosureBudget()
    budget.maximumOverlappingExecutions = maxOverlappingExecutions
    budget.periodDays = budgetDays
    budget.comparedExecutions = comparedExecutions
    return budget
  }
}

/// `adyton admin budget`
struct BudgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget", abstract: "Show how many executions have read each data source of an instance.",
    discussion: """
      An execution is refused when too many others have read any of its data sources on any of the same days, or when its \
      result and that of an earlier one would differ by too few users. Sandbox instances have no budget.
      """)

  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @OptionGroup var options: BudgetOptions

  @Argument(help: "The instance.")
  var instance: String

  func run() async throws {
    let store = try DataFolder(path: data).openMetadata()
    defer { try? store.close() }
    let service = DisclosureBudgetService(store: store, budget: options.budget)
    do {
      let spending = try await service.spending(instanceID: instance, at: Date())
      for entry in spending {
        print("\(entry.dataSource)\t\(entry.executionCount) of \(options.maxOverlappingExecutions)")
      }
      if spending.isEmpty { print("No execution has counted in the last \(options.budgetDays) days.") }
    } catch CleanRoomError.unknownInstance {
      throw CommandFailure.refused(
        "There is no instance `\(instance)`. `adyton admin instance list` shows those that there are.")
    }
  }
}
