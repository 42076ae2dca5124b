import AMCSQL
import Catalog
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing
import WarehouseTestSupport

/// Each attack of the suite in noise mode, in two worlds that differ in one secret of one person. Neither the values
/// that the noise is added to nor the groups that appear tell the worlds apart by more than the guarantee.
@Suite struct NoisyAttackTests {
  private static let parameters = NoiseParameters(
    loss: PrivacyLoss.allowed(epsilon: 1, delta: 1e-8) + PrivacyLoss(selectionDelta: 1e-9))

  private struct Tally {
    var answered = 0
    var refused = 0
    var differing = 0
    var largestShare = 0.0
  }

  @Test(.hangLimit) func noAttackTellsTheWorldsApartByMoreThanItsCost() async throws {
    let worlds = try await Worlds.shared
    let session = try await worlds.openSession()
    var tally = Tally()
    for attack in try AttackTests.attacks.get() where !attack.isUnspeakable {
      for question in attack.questions { try await play(attack, question, worlds, session, &tally) }
    }
    print("attacks with noise: \(tally)")
    // Most are answered, and many of them would tell the secret without noise.
    #expect(tally.answered > 200 && tally.answered > tally.refused && tally.differing > 100, "\(tally)")
    #expect(tally.largestShare > 0.01 && tally.largestShare <= 1.000001, "\(tally)")
  }

  private func play(
    _ attack: Attack, _ question: Question, _ worlds: Worlds, _ session: OpenSession, _ tally: inout Tally
  ) async throws {
    let bound: BoundQuery
    do throws(QueryRefusal) {
      guard let syntax = try? Parser.parse(question.sql) else { return }
      bound = try Binder.bind(syntax, in: question.context)
    } catch {
      return
    }
    // A person's rows are others, which is one person removed and one added.
    let trial = NeighbourTrial(
      question: bound, signals: worlds[nil], neighbour: worlds[attack.secret], distance: 2, session: session,
      parameters: Self.parameters,
      seed: try #require(NoiseSeed(bytes: [UInt8](repeating: 5, count: NoiseSeed.byteCount))))
    do {
      let outcome = try await trial.run()
      tally.answered += 1
      tally.differing += outcome.rho > 0 ? 1 : 0
      // Two persons' worth of a query's loss: twice the distance is four times the rho.
      let allowed = 4 * Self.parameters.loss.rho
      tally.largestShare = max(tally.largestShare, outcome.rho / allowed)
      #expect(outcome.rho <= allowed * 1.000001, "\(attack.testDescription): \(question.sql)")
      #expect(outcome.problems.isEmpty, "\(attack.testDescription): \(outcome.problems) \(question.sql)")
      // Rows of nobody in particular are no part of any answer.
      if attack.secret == .stranger || attack.secret == .strangerClicked {
        #expect(outcome.rho == 0, "\(attack.testDescription): \(question.sql)")
      }
    } catch is QueryRefusal {
      tally.refused += 1
    }
  }
}
