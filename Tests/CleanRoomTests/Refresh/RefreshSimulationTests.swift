import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// A hundred and twenty days of a hundred audiences: rates, line items, failures, stops and crashes from a seed,
/// compared with an independent model of the rules. `ADYTON_TEST_SEED` replays a run.
@Suite(.hangLimit)
struct RefreshSimulationTests {
  @Test(arguments: 0..<2)
  func simulatedAudiencesFollowTheRules(_ number: Int) async throws {
    let seed = SeededGenerator.seed(standard: 20_250_601) &+ UInt64(number)
    print("Refresh simulation: seed \(seed) (ADYTON_TEST_SEED replays it)")
    var simulation = try await RefreshSimulation(seed: seed)
    try await simulation.run(days: 120, audiences: 100)
    print("Refresh simulation: seed \(seed): \(simulation.counts)")
    // The events of interest did happen.
    #expect(simulation.counts.refreshes > 1_000)
    #expect(min(simulation.counts.failures, simulation.counts.lineItems, simulation.counts.longRuns) > 10)
    #expect(min(simulation.counts.crashes, simulation.counts.deactivations, simulation.counts.updates) > 0)
  }
}
