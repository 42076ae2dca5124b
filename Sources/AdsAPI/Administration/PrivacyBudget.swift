import Base
import CleanRoom
import Metadata

/// The privacy budget that the queries of an instance are charged to, and its charges, the newest first:
/// `/adyton/instances/{instanceId}/privacyBudget`. The published API has nothing of the kind.
struct PrivacyBudgetRoutes {
  let budgets: PrivacyBudgetService
  let clock: any WallClock

  func add(to routes: Routes) {
    routes.instance("getPrivacyBudget") { request in
      let instance = request.instance
      guard let balance = try await budgets.balance(of: instance, at: clock.now) else {
        return try request.respond(
          object: ["instanceId": instance.id, "privacyMode": instance.privacyMode.rawValue])
      }
      let page = try request.page()
      let position = try page.number(first: .max)
      let charges = balance.charges.sorted { $0.sequence > $1.sequence }.filter { $0.sequence < position }
      let list = try page.list("charges", of: Array(charges.prefix(page.fetchLimit)), at: { $0.sequence }) {
        $0.json(balance.settings)
      }
      return try request.respond(
        object: list.adding("budget", balance.json).adding("instanceId", instance.id)
          .adding("privacyMode", instance.privacyMode.rawValue))
    }
  }
}
