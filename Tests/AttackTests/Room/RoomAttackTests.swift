import CleanRoom
import Testing

/// Attacks on a whole clean room, which remembers its questions and has words of its own for what fails.
@Suite(.timeLimit(.minutes(3))) struct RoomAttackTests {
  /// Families that are about more than one question, or about what is said of a failure.
  static let families: Set<String> = ["differencing", "errors"]

  @Test func roomsTellNoMoreThanQueries() async throws {
    let worlds = try await Worlds()
    for attack in try AttackTests.attacks.get() where Self.families.contains(attack.family) {
      let first = try await Self.answers(to: attack, worlds, worlds[nil])
      let other = try await Self.answers(to: attack, worlds, worlds[attack.secret])
      if attack.waitsFor != nil, first == other { print("no longer waiting in a room: \(attack.testDescription)") }
      withKnownIssue(isIntermittent: true) {
        #expect(
          first == other,
          "\(attack.testDescription): learned \(attack.learns)\nin one world: \(first)\nin the other: \(other)")
      } when: {
        attack.waitsFor != nil
      }
    }
  }

  private static func answers(to attack: Attack, _ worlds: Worlds, _ world: World) async throws -> [Answer] {
    try await AttackRoom.with(worlds, world) { room in
      var answers: [Answer] = []
      for question in attack.questions { answers.append(try await room.ask(question)) }
      return answers
    }
  }

  /// Audiences and what is told of them. Each would have told of the victim alone.
  static let audiences: [(secret: Secret, learns: String, query: String)] = [
    (
      .seen, "whether the victim saw the campaign",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo'"
    ),
    (
      .seen, "whether the victim saw the campaign, by the size of a larger audience",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo' OR campaign_id = 1"
    ),
    (
      .seen, "whether the victim saw the campaign, by users who are there several times",
      """
      SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo'
      UNION ALL SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo'
      """
    ),
    (
      .purchased, "whether the victim bought",
      "SELECT user_id FROM conversions_for_audiences WHERE conversion_event_name = 'solo purchase'"
    ),
    (
      .purchased, "whether the victim bought, by everybody who did not",
      """
      SELECT user_id FROM dsp_impressions_for_audiences WHERE user_id NOT IN
      (SELECT user_id FROM conversions_for_audiences WHERE conversion_event_name = 'solo purchase')
      """
    ),
    (
      .cost, "what the victim's impression cost",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo' AND impression_cost > 5000"
    ),
    (
      .postal, "where the victim saw the campaign",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE postal_code = '990'"
    ),
    (
      .optedOut, "whether the victim opted out",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'solo'"
    ),
    (
      .optedOut, "whether the victim opted out, by the size of a larger audience",
      "SELECT user_id FROM dsp_impressions_for_audiences"
    ),
    (
      .detail, "whether the victim's line item is a number, by how it fails",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE CAST(line_item AS INTEGER) > 10"
    ),
    (
      .detail, "whether the victim's supply cost is zero, by how it fails",
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE 1 / supply_cost > 0.1 OR campaign_id = 2"
    ),
    (
      .seen, "whether the victim saw the campaign, from a table that is for measurement",
      "SELECT user_id FROM dsp_impressions WHERE campaign = 'solo'"
    ),
  ]

  @Test(arguments: audiences.indices) func audiencesTellNothingOfOneUser(_ index: Int) async throws {
    let attack = Self.audiences[index]
    let worlds = try await Worlds()
    let first = try await AttackRoom.with(worlds, worlds[nil]) { try await $0.tell(audience: attack.query) }
    let other = try await AttackRoom.with(worlds, worlds[attack.secret]) { try await $0.tell(audience: attack.query) }
    #expect(first == other, "learned \(attack.learns)")
  }
}
