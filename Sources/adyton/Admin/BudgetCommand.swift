import ArgumentParser
import Base
import CleanRoom
import Foundation
import Measurement
import Metadata

/// `adyton admin budget`
struct BudgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget", abstract: "The privacy budgets of populations, and those for repeated disclosure queries.",
    subcommands: [Show.self])

  /// `adyton admin budget show`
  struct Show: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show what is left of a privacy budget, and what each query has cost.",
      discussion: """
          adyton admin budget show
          adyton admin budget show --population default
          adyton admin budget show --instance shop

        Instances in noise mode are charged to the budget of their population, for which a charge counts as long as \
        the period lasts. Without an option, all populations are shown.

        For an instance in threshold mode, the number of executions that have read each data source is shown. An \
        execution is refused when too many others have read any of its data sources on any of the same days, or when \
        its result and that of an earlier one would differ by too few users. Sandboxes in threshold mode have no budget.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: InstanceOption.help)
    var instance: String?

    @Option(help: "The name of the population.")
    var population: String?

    @OptionGroup var limits: BudgetOptions
    @OptionGroup var noise: NoiseOptions

    func validate() throws {
      guard instance == nil || population == nil else {
        throw ValidationError("Give --instance or --population, not both.")
      }
    }

    func run(in store: MetadataStore) async throws {
      let budgets = PopulationBudgets(
        service: PrivacyBudgetService(store: store, settings: try noise.settings), json: options.json)
      if let instance {
        let record = try await AdminServices.instance(instance, in: store)
        guard let population = record.privacy.population else { return try await showReads(of: instance, store) }
        return try await budgets.show([population])
      }
      let known = try await budgets.service.populations()
      guard let population else { return try await budgets.show(known) }
      guard known.contains(population) else {
        throw CommandFailure.refused("There is no population of that name. `adyton admin budget show` shows all.")
      }
      try await budgets.show([population])
    }

    /// Threshold mode: how often each data source was read.
    private func showReads(of instance: String, _ store: MetadataStore) async throws {
      let budget = try limits.budget
      let spending = try await DisclosureBudgetService(store: store, budget: budget)
        .spending(instanceID: instance, at: Date())
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

/// Prints the privacy budgets of populations.
struct PopulationBudgets {
  let service: PrivacyBudgetService
  let json: Bool

  func show(_ populations: [String]) async throws {
    var budgets: [JSONObject] = []
    for population in populations {
      let instances = try await service.instanceIDs(population: population)
      let balance = try await service.balance(of: population, at: Date())
      if json {
        budgets.append([
          "budget": balance.json, "instances": instances, "charges": balance.charges.map { $0.json(balance.settings) },
        ])
      } else {
        try show(balance, instances)
      }
    }
    if json { return try Output.json(budgets) }
    if populations.isEmpty { Output.line("No instance is in noise mode.") }
  }

  private func show(_ balance: PrivacyBudgetService.Balance, _ instances: [String]) throws {
    let settings = balance.settings
    let epsilon = balance.spent.epsilon(delta: settings.conversionDelta)
    try Output.fields(
      [
        ("population", balance.population), ("instances", instances.joined(separator: " ")),
        ("period", "\(settings.periodDays) days"),
        ("budget", "epsilon \(number(settings.populationEpsilon)), delta \(number(settings.populationDelta))"),
        ("spent", "\(percent(balance.share(balance.spent))) (epsilon \(number(epsilon)))"),
        ("left", "\(percent(1 - balance.share(balance.spent))), \(balance.queriesLeft) queries"),
      ], asJSON: false)
    for charge in balance.charges {
      let cost = charge.loss.epsilon(delta: settings.queryDelta)
      Output.line(
        [
          Timestamp.text(of: charge.chargedAt), charge.kind.rawValue, charge.subjectID ?? "", charge.instanceID ?? "",
          "epsilon \(number(cost))", percent(balance.share(charge.loss)),
          "until \(Timestamp.text(of: charge.refillsAt))",
        ].joined(separator: "\t"))
    }
  }

  private func number(_ value: Double) -> String { String(format: "%.3g", value) }

  private func percent(_ share: Double) -> String { String(format: "%.3g %%", share * 100) }
}
