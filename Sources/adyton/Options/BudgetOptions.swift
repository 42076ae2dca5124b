import ArgumentParser
import CleanRoom

/// The limits of executions that read the same signals again.
struct BudgetOptions: ParsableArguments {
  @Option(help: "Executions that may read the same data sources on the same days (ADYTON_MAX_OVERLAPPING_EXECUTIONS).")
  var maxOverlappingExecutions = Setting(
    "ADYTON_MAX_OVERLAPPING_EXECUTIONS", default: DisclosureBudget().maximumOverlappingExecutions)

  @Option(help: "Days for which an execution counts (ADYTON_BUDGET_DAYS).")
  var budgetDays = Setting("ADYTON_BUDGET_DAYS", default: DisclosureBudget().periodDays)

  @Option(help: "Earlier executions whose rows are compared with new ones; 0 for none (ADYTON_COMPARED_EXECUTIONS).")
  var comparedExecutions = Setting("ADYTON_COMPARED_EXECUTIONS", default: DisclosureBudget().comparedExecutions)

  func validate() throws {
    _ = try budget
  }

  var budget: DisclosureBudget {
    get throws {
      var budget = DisclosureBudget()
      budget.maximumOverlappingExecutions = try maxOverlappingExecutions.value(
        "--max-overlapping-executions", atLeast: 1)
      budget.periodDays = try budgetDays.value("--budget-days", atLeast: 1)
      budget.comparedExecutions = try comparedExecutions.value("--compared-executions", atLeast: 0)
      return budget
    }
  }
}
