import Base
package import DifferentialPrivacy

package import Foundation

/// The reason why a question is not answered: its population has too little left of its budget.
///
/// It follows from the charges and the cost of the question alone. So it tells nothing about the data.
package struct BudgetRefusal: Sendable, Hashable {
  package static let code = "privacy_budget_spent"

  package var population: String
  package var cost: PrivacyLoss
  package var allowance: PrivacyLoss
  package var left: PrivacyLoss
  package var periodDays: Int
  /// The time at which enough is left again if nothing else is asked; nil if the whole budget is not enough.
  package var refillsAt: Date?

  /// The text for the client, with the code in front.
  package var message: String {
    let state =
      "The privacy budget of the population `\(population)` has \(Self.percent(leftShare)) left for "
      + "\(periodDays) days, and this costs \(Self.percent(cost.share(of: allowance)))."
    guard let refillsAt else {
      return "\(Self.code): \(state) It is more than the whole budget: ask the operator for a larger one."
    }
    // The next whole second: at that time it is really enough.
    let time = Timestamp.text(of: Date(timeIntervalSince1970: refillsAt.timeIntervalSince1970.rounded(.up)))
    return "\(Self.code): \(state) Enough is left again at \(time), if nothing else is asked until then. What was "
      + "answered before over the same data costs nothing."
  }

  /// The share of the budget that is left: of its two parts, the one of which less is left counts.
  package var leftShare: Double { max(0, 1 - allowance.remaining(after: left).share(of: allowance)) }

  private static func percent(_ share: Double) -> String {
    let percent = (share * 100).formatted(
      .number.precision(.fractionLength(0...2)).grouping(.never).locale(Locale(identifier: "en_US")))
    return "\(percent) %"
  }
}

extension PrivacyLoss {
  /// The larger one of the shares that rho and delta have of an allowance; more than 1 for what does not fit.
  package func share(of allowance: PrivacyLoss) -> Double {
    func share(_ part: Int64, _ whole: Int64) -> Double {
      part == 0 ? 0 : whole == 0 ? .infinity : Double(part) / Double(whole)
    }
    return max(share(ticks, allowance.ticks), share(deltaTicks, allowance.deltaTicks))
  }
}

extension CleanRoomError {
  /// The population of the instance has too little left of its privacy budget.
  package static func privacyBudgetSpent(_ refusal: BudgetRefusal) -> CleanRoomError {
    CleanRoomError(BudgetRefusal.code, .invalid, refusal.message)
  }
}
