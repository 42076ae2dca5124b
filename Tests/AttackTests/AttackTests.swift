import Privacy
import Testing

/// An adversary asks the same queries in two worlds that differ in one secret. If everything that it sees is the same
/// in both, it has learned nothing about the secret, however clever it is.
@Suite struct AttackTests {
  static let attacks = Result { try Attack.load() }

  /// The responses to an attack.
  private struct Trial: Sendable {
    var attack: Attack
    var first: [Answer]
    var other: [Answer]
    /// Whether the attack works without protection.
    var isReal: Bool

    var hasLearned: Bool { first != other }
    var isRefused: Bool { first.allSatisfy(\.isRefused) }
  }

  /// Further columns that an adversary may request.
  static let controls: [AggregationControls] = {
    var values = AggregationControls()
    values.filtering = .removeValues
    values.filteredMetricsDiscriminatorColumn = "was_filtered"
    values.distinctUserCountColumn = "users_behind"
    values.filteredReasonColumn = "why_filtered"
    return [AggregationControls(), values]
  }()

  @Test func noAttackLearnsItsSecret() async throws {
    // Combined results need a room that remembers them; see `RoomAttackTests`.
    let attacks = try Self.attacks.get().filter { $0.weights == nil }
    let worlds = try await Worlds.shared
    let trials = try await Self.trials(of: attacks, worlds)
    for trial in trials {
      if trial.attack.isUnspeakable {
        #expect(!trial.isReal && trial.isRefused, "\(trial.attack.testDescription): the language has words for it")
        continue
      }
      #expect(
        trial.isReal != trial.attack.isByHiding,
        "\(trial.attack.testDescription): it would learn nothing without protection either")
      if let reason = trial.attack.tolerated {
        #expect(trial.hasLearned, "\(trial.attack.testDescription): no longer learns what is tolerated: \(reason)")
      } else {
        #expect(
          !trial.hasLearned,
          """
          \(trial.attack.testDescription): learned \(trial.attack.learns)
          \(trial.attack.questions.map(\.sql).joined(separator: "then\n"))
          in one world: \(trial.first)
          in the other: \(trial.other)
          """)
      }
    }
    // A suite in which all attacks, or none, are refused would not test anything.
    #expect(trials.count >= 100)
    #expect(trials.count(where: \.isRefused) >= 30)
    #expect(trials.count { !$0.isRefused } >= 30)
  }

  @Test func everyAttackIsComplete() throws {
    let attacks = try Self.attacks.get()
    for attack in attacks {
      #expect(attack.secret != nil && !attack.learns.isEmpty, "\(attack.testDescription): what is it after?")
    }
    #expect(Set(attacks.map(\.testDescription)).count == attacks.count, "two attacks have one name")
  }

  private static func trials(of attacks: [Attack], _ worlds: Worlds) async throws -> [Trial] {
    try await withThrowingTaskGroup(of: (Int, Trial).self) { group in
      var next = 0
      var trials: [(Int, Trial)] = []
      func add() {
        guard next < attacks.count else { return }
        let (index, attack) = (next, attacks[next])
        next += 1
        group.addTask { (index, try await trial(of: attack, worlds)) }
      }
      for _ in 0..<2 { add() }
      while let trial = try await group.next() {
        trials.append(trial)
        add()
      }
      return trials.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func trial(of attack: Attack, _ worlds: Worlds) async throws -> Trial {
    var trial = Trial(attack: attack, first: [], other: [], isReal: false)
    for var question in attack.questions {
      for controls in Self.controls {
        question.controls = controls
        trial.first.append(try await ProtectedDoor(worlds: worlds, world: worlds[nil]).ask(question))
        trial.other.append(try await ProtectedDoor(worlds: worlds, world: worlds[attack.secret]).ask(question))
      }
      guard !trial.isReal else { continue }
      let openly = try await OpenDoor(worlds: worlds, world: worlds[nil]).ask(question)
      trial.isReal = try await OpenDoor(worlds: worlds, world: worlds[attack.secret]).ask(question) != openly
    }
    return trial
  }
}
