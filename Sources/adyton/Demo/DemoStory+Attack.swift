import Base
import CleanRoom
import Foundation

/// The chapter on an attack that no threshold stops, in an instance of each privacy mode.
extension DemoStory {
  mutating func attack(_ attack: DemoAttack) async throws {
    Output.line(
      """

      Two instances have the same signals of 3,001 people. One person saw a campaign that nobody else saw; it cost \
      \(DemoAttack.secret). An analyst gives every other campaign a weight of a million and asks for one sum, behind \
      which are thousands of people:

        \(DemoAttack.query)
      """)
    let exact = try await answer(of: attack.exact)
    Output.line("\nThreshold mode: \(exact). The figure is exact, and its last digits are what that one person cost.")
    guard exact.split(separator: ".").first.map(String.init) == "\(DemoAttack.secret)" else {
      throw Failure(description: "The attack should have worked in threshold mode.")
    }
    let noisy = try await answer(of: attack.noisy)
    Output.line("\nNoise mode: \(noisy). The noise is as large as anybody's part, so the last digits are random.")
    let budget = try await inside(attack.noisy).request(
      "GET", "/adyton/instances/\(attack.noisy.instanceID)/privacyBudget?limit=1")
    guard budget.number("budget", "queriesLeft") != nil else {
      throw Failure(description: "The budget was not told.")
    }
    Output.line(
      """

      The query was charged to the budget of the population. The same question has the same answer, so asking again \
      tells nothing more; another one is charged, until the budget is spent.
      """)
  }

  /// The same client in another instance.
  private func inside(_ setup: InstanceSetup) -> DemoStory {
    var story = self
    story.client.setup = setup
    return story
  }

  /// The only figure of the attack's result.
  private func answer(of setup: InstanceSetup) async throws -> String {
    try await inside(setup).measure(DemoAttack.query).last ?? "nothing"
  }
}
