import CleanRoom
import TestSupport
import Testing

/// Attacks on a whole clean room, which remembers earlier queries and has its own texts for failures.
@Suite(.hangLimit) struct RoomAttackTests {
  @Test func combinedResultsRevealNothing() async throws {
    let worlds = try await Worlds.shared
    let attacks = try AttackTests.attacks.get().filter { $0.weights != nil }
    #expect(attacks.count >= 15)
    for attack in attacks {
      let openly = try await Self.belief(of: attack, OpenDoor(worlds: worlds, world: worlds[nil]))
      let other = try await Self.belief(of: attack, OpenDoor(worlds: worlds, world: worlds[attack.secret]))
      #expect(
        (openly != other) != attack.isByHiding,
        "\(attack.testDescription): it would learn nothing without protection either")
      let believed = try await AttackRoom.with(worlds, worlds[nil]) { try await Self.belief(of: attack, $0) }
      let otherwise = try await AttackRoom.with(worlds, worlds[attack.secret]) { try await Self.belief(of: attack, $0) }
      if let reason = attack.tolerated {
        #expect(believed != otherwise, "\(attack.testDescription): no longer learns what is tolerated: \(reason)")
      } else {
        #expect(believed == otherwise, "\(attack.testDescription): learned \(attack.learns)")
      }
    }
  }

  private static func belief(of attack: Attack, _ door: any Door) async throws -> [String: Double]? {
    var answers: [Answer] = []
    for question in attack.questions { answers.append(try await door.ask(question)) }
    return Belief.of(answers, weights: attack.weights ?? [])
  }

  /// The number of queries for one room: enough to save time, too few to spend its budget.
  private static let questionsPerRoom = 5

  @Test func failuresHaveTheSameWords() async throws {
    let worlds = try await Worlds.shared
    let attacks = try AttackTests.attacks.get().filter { $0.family == "errors" && $0.tolerated == nil }
    for (secret, own) in Dictionary(grouping: attacks, by: \.secret) {
      var questions = own.flatMap(\.questions)
      while !questions.isEmpty {
        let some = questions.prefix(Self.questionsPerRoom)
        questions.removeFirst(some.count)
        let first = try await Self.answers(to: some, worlds, worlds[nil])
        let other = try await Self.answers(to: some, worlds, worlds[secret])
        #expect(first == other, "\(some.map(\.sql))")
      }
    }
  }

  private static func answers(to questions: some Sequence<Question>, _ worlds: Worlds, _ world: World) async throws
    -> [Answer]
  {
    try await AttackRoom.with(worlds, world) { room in
      var answers: [Answer] = []
      for question in questions { answers.append(try await room.ask(question)) }
      return answers
    }
  }

  /// Audiences, and their visible part. Without protection each would reveal the victim.
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
      .cost, "what the victim's impression cost, by how many others are let in",
      """
      SELECT l.user_id FROM list l
      JOIN (SELECT impression_cost AS c FROM dsp_impressions_for_audiences WHERE campaign = 'solo') v
      ON CAST(SUBSTRING(l.person, 8) AS INTEGER) <= 50 * (v.c / 1000)
      """
    ),
    (
      .cost, "what the victim's impression cost, by a subquery that lets others in",
      """
      SELECT user_id FROM list WHERE CAST(SUBSTRING(person, 8) AS INTEGER) <=
      (SELECT MAX(impression_cost) / 20 FROM dsp_impressions_for_audiences WHERE campaign = 'solo')
      """
    ),
    (
      .cost, "what the victim's impression cost, by how many rows come before others",
      """
      SELECT user_id FROM (SELECT user_id, ROW_NUMBER() OVER (ORDER BY c DESC) AS r FROM (
        SELECT user_id, 0 AS c FROM list UNION ALL
        SELECT i.user_id, i.impression_cost AS c FROM dsp_impressions_for_audiences i
        JOIN (SELECT CAST(SUBSTRING(person, 8) AS INTEGER) AS n FROM list) l ON l.n <= i.impression_cost / 20
        WHERE i.campaign = 'solo')) WHERE r <= 550
      """
    ),
    (
      .cost, "what the victim's impression cost, by a sum over all",
      """
      SELECT user_id FROM (SELECT l.user_id, CAST(SUBSTRING(l.person, 8) AS INTEGER) AS n,
        SUM(CASE WHEN i.campaign = 'solo' THEN i.impression_cost END) OVER () AS c
        FROM list l LEFT JOIN dsp_impressions_for_audiences i ON l.user_id = i.user_id) WHERE n <= c / 20
      """
    ),
    (
      .seen, "whether the victim saw the campaign, from a table that is for measurement",
      "SELECT user_id FROM dsp_impressions WHERE campaign = 'solo'"
    ),
  ]

  @Test(arguments: audiences.indices) func audiencesRevealNothingAboutOneUser(_ index: Int) async throws {
    let attack = Self.audiences[index]
    let worlds = try await Worlds.shared
    let first = try await AttackRoom.with(worlds, worlds[nil]) { try await $0.tell(audience: attack.query) }
    let other = try await AttackRoom.with(worlds, worlds[attack.secret]) { try await $0.tell(audience: attack.query) }
    #expect(first == other, "learned \(attack.learns)")
  }
}
