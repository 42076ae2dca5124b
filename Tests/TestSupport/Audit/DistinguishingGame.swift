import Foundation

/// The two sides of a game: data sets that differ in one person.
package enum Side: CaseIterable, Sendable {
  /// The person is in neither table.
  case without
  /// The person is there.
  case with
}

/// A game that an attacker plays against a mechanism: which of two neighbouring data sets was it run on?
///
/// A run gives the attacker a number: the answer itself, or what they made of many. Half of the runs choose what to
/// look at, the other half count how often it happens in each world. Clopper and Pearson's bounds then give a lower
/// bound for the loss of privacy, which must be below the claimed one:
///
///     let game = DistinguishingGame("counts", runs: 20_000, seed: 1)
///     let finding = game.play { world, seed in noisyCount(of: world, seed) }
///     #expect(finding.rhoBound() <= claimed.rho, "\(finding)")
///
/// A lower bound above the claim shows an error (except in one test of a thousand). One below it proves nothing.
package struct DistinguishingGame: Sendable {
  package let name: String
  /// The runs in each world.
  package let runs: Int
  /// The seed that those of all runs come from.
  package let seed: UInt64

  /// - Parameter seed: Replaced by that of `ADYTON_TEST_SEED`, if it is set.
  package init(_ name: String, runs: Int, seed: UInt64) {
    precondition(runs >= 2)
    (self.name, self.runs, self.seed) = (name, runs, SeededGenerator.seed(standard: seed))
  }

  /// Plays all runs, each with another seed.
  package func play(_ run: (Side, _ seed: UInt64) throws -> Double) rethrows -> AuditFinding {
    var scores: [Side: [Double]] = [:]
    for (world, seed) in turns() { scores[world, default: []].append(try run(world, seed)) }
    return finding(scores)
  }

  /// Plays all runs, one after the other.
  package func play(_ run: (Side, _ seed: UInt64) async throws -> Double) async rethrows -> AuditFinding {
    var scores: [Side: [Double]] = [:]
    for (world, seed) in turns() { scores[world, default: []].append(try await run(world, seed)) }
    return finding(scores)
  }

  private func turns() -> [(Side, UInt64)] {
    var generator = SeededGenerator(seed: seed)
    return (0..<runs).flatMap { _ in Side.allCases.map { ($0, generator.next()) } }
  }

  private func finding(_ scores: [Side: [Double]]) -> AuditFinding {
    finding(without: scores[.without] ?? [], with: scores[.with] ?? [])
  }

  /// The finding of scores that were collected elsewhere, as many in each world as there are runs.
  ///
  /// - Parameter choosing: How many of the scores, the first ones of each world, choose what to look at; half of them
  ///   by default.
  package func finding(without: [Double], with: [Double], choosing: Int? = nil) -> AuditFinding {
    let first = choosing ?? runs / 2
    precondition(without.count == runs && with.count == runs && first < runs)
    return AuditFinding(
      game: self, chosenFrom: .init(without: without[..<first], with: with[..<first]),
      counted: .init(without: without[first...], with: with[first...]))
  }
}
