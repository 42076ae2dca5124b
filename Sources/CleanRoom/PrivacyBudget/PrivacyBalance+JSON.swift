package import Base
import DifferentialPrivacy
import Metadata

extension PrivacyBudgetService.Balance {
  /// The budget without its charges as JSON, for clients and for operators.
  package var json: JSONValue {
    .object([
      "population": .string(population),
      "periodDays": .integer(Int64(settings.periodDays)),
      "allowed": .object([
        "epsilon": .number(settings.populationEpsilon), "delta": .number(settings.populationDelta),
        "rho": .number(settings.allowance.rho), "selectionDelta": .number(settings.allowance.selectionDelta),
      ]),
      "spent": part(spent, share: share(spent)),
      "left": part(left, share: max(0, 1 - share(spent))),
      "queriesLeft": .integer(Int64(queriesLeft)),
    ])
  }

  /// A part of the budget: as rho and delta, which add up, as the epsilon that it is, and as a share of the budget.
  private func part(_ loss: PrivacyLoss, share: Double) -> JSONValue {
    .object([
      "rho": .number(loss.rho), "selectionDelta": .number(loss.selectionDelta),
      "epsilon": .number(loss.epsilon(delta: settings.conversionDelta)), "delta": .number(settings.conversionDelta),
      "share": .number(share),
    ])
  }
}

extension PrivacyBudgetService.Charge {
  /// A charge as JSON.
  package func json(_ settings: NoiseSettings) -> JSONValue {
    var members: [String: JSONValue] = [
      "kind": .string(kind.rawValue), "chargedAt": .string(Timestamp.text(of: chargedAt)),
      "refillsAt": .string(Timestamp.text(of: refillsAt)), "cost": loss.json(settings),
    ]
    members["subjectId"] = subjectID.map(JSONValue.string)
    members["instanceId"] = instanceID.map(JSONValue.string)
    return .object(members)
  }
}
