import CleanRoom
import DifferentialPrivacy
import Metadata
import TestSupport
import Testing

/// Attacks on a whole clean room in noise mode, which remembers answers and charges for them. `NoisyGameTests` plays
/// the same attacks many times, without the room.
@Suite(.hangLimit) struct NoisyRoomTests {
  private static let people = InstancePrivacy.noise(population: "people")
  private static let question = Question(sql: "SELECT SUM(impression_cost) AS n FROM dsp_impressions")

  /// A person is deleted between two equal questions. The second one is another question: it is paid, and its noise is
  /// new, so that the difference of the two is not the person's part.
  @Test func aDeletionBetweenTwoQuestionsGivesNoSecondDrawForFree() async throws {
    let worlds = try await Worlds.shared
    try await AttackRoom.with(worlds, worlds[nil], Self.people) { room in
      let first = try await room.ask(Self.question)
      #expect(try await room.ask(Self.question) == first, "The same question has the same answer.")
      #expect(try await room.charges().count == 1)
      // The victim's impression goes: it cost 4000.
      try await room.replace("dsp_impressions", by: worlds[.seen])
      let second = try await room.ask(Self.question)
      #expect(try await room.charges().count == 2)
      #expect(Set(try await room.charges().map(\.fingerprint)).count == 2)
      let difference = try Self.number(first) - Self.number(second)
      #expect(difference != 0 && difference != 4_000, "\(first) \(second)")
      #expect(try await room.ask(Self.question) == second)
      #expect(try await room.charges().count == 2)
    }
  }

  /// Whether anybody went shows neither in what the next question costs nor in whether it has a new answer.
  @Test func aDeletionOfNobodyCostsTheSame() async throws {
    let worlds = try await Worlds.shared
    var costs: [[PrivacyLoss]] = []
    for world in [worlds[nil], worlds[.seen]] {
      try await AttackRoom.with(worlds, world, Self.people) { room in
        let first = try await room.ask(Self.question)
        try await room.replace("dsp_impressions", by: worlds[.seen])
        #expect(try await room.ask(Self.question) != first)
        costs.append(try await room.charges().map(\.loss))
      }
    }
    #expect(costs[0] == costs[1] && costs[0].count == 2)
  }

  /// Without a budget there is no answer about the data without the person, and the one about earlier data is not given
  /// for it.
  @Test func aDeletionWithoutABudgetGivesNothing() async throws {
    var budget = NoiseSettings()
    // Of the part of delta for selections, one question needs more than half.
    budget.selectionDelta = 3e-7
    let groups = Question(sql: "SELECT campaign, SUM(impression_cost) AS n FROM dsp_impressions GROUP BY campaign")
    let worlds = try await Worlds.shared
    try await AttackRoom.with(worlds, worlds[nil], Self.people, noise: budget) { room in
      let first = try await room.ask(groups)
      guard case .rows = first else {
        Issue.record("\(first)")
        return
      }
      #expect(try await room.ask(groups) == first)
      try await room.replace("dsp_impressions", by: worlds[.seen])
      guard case .refused(let texts) = try await room.ask(groups) else {
        Issue.record("The question was answered.")
        return
      }
      #expect(texts.allSatisfy { $0.hasPrefix("privacy_budget_spent: ") })
      #expect(try await room.charges().count == 1)
    }
  }

  /// Each audience is a size with noise of its own, and so is each seed: asking again is paid, and no draw is free.
  @Test func eachAudienceIsChargedAndHasNoiseOfItsOwn() async throws {
    let worlds = try await Worlds.shared
    let query = "SELECT user_id FROM dsp_impressions_for_audiences"
    try await AttackRoom.with(worlds, worlds[nil], Self.people) { room in
      var sizes: Set<String> = []
      for _ in 0..<4 { sizes.insert(try await room.tell(audience: query)) }
      #expect(try await room.charges().map(\.kind) == [.audience, .audience, .audience, .audience])
      #expect(Set(try await room.charges().map(\.fingerprint)).count == 4)
      #expect(sizes.allSatisfy { $0.hasPrefix("succeeded") }, "\(sizes)")
      let lookalike = try await room.tell(audience: query, .lookalike(.mostSimilar))
      #expect(try await room.charges().last?.kind == .lookalike, "\(lookalike)")
    }
  }

  private static func number(_ answer: Answer) throws -> Double {
    try #require(answer.data.first.flatMap(Double.init), "\(answer)")
  }
}
