import CleanRoom
import DifferentialPrivacy
import Foundation
import Metadata
import ServerTestSupport
import Testing

/// The ledger of privacy budgets: what is charged, when it counts, and what a refusal says.
@Suite struct PrivacyLedgerTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let clock = ManualClock(Fixtures.now)
  private let ledger: PrivacyLedger

  /// A budget of two queries and a half.
  private static let settings = {
    var settings = NoiseSettings()
    settings.selectionDelta = 2e-7
    settings.populationDelta = 1e-6
    return settings
  }()

  init() throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    ledger = PrivacyLedger(settings: Self.settings)
  }

  private static func question(_ text: String, data: Int = 0, cost: PrivacyLoss = settings.queryLoss) -> NoiseQuestion {
    NoiseQuestion(parts: [text, "\(data)"], cost: cost)
  }

  private func use(
    _ question: NoiseQuestion, of population: String = "people", id: String = "execution"
  ) async throws -> PrivacyLedger.Outcome {
    let now = clock.now
    return try await store.write { transaction in
      try ledger.use(
        question, of: population, for: .init(.execution, id: id, instanceID: "shop"), in: transaction, at: now)
    }
  }

  private func reserve(_ question: NoiseQuestion, id: String = "execution") async throws -> BudgetRefusal? {
    let now = clock.now
    return try await store.write { transaction in
      try ledger.reserve(
        question, of: "people", for: .init(.execution, id: id, instanceID: "shop"), in: transaction, at: now)
    }
  }

  private func seed(_ outcome: PrivacyLedger.Outcome) throws -> NoiseSeed {
    guard case .admitted(let seed) = outcome else {
      Issue.record("refused")
      throw CleanRoomError.unknownInstance
    }
    return seed
  }

  private func refusal(_ outcome: PrivacyLedger.Outcome) throws -> BudgetRefusal {
    guard case .refused(let refusal) = outcome else {
      Issue.record("admitted")
      throw CleanRoomError.unknownInstance
    }
    return refusal
  }

  private func charges(_ population: String = "people") async throws -> [PrivacyChargeRecord] {
    let now = clock.now
    return try await store.read { try ledger.charges(of: population, in: $0, at: now) }
  }

  @Test func theDefaultBudgetIsThatOfTheDocument() {
    let settings = NoiseSettings()
    #expect(settings.queryLoss.epsilon(delta: 1e-8) <= 1)
    #expect(settings.queryLoss.epsilon(delta: 1e-8) > 0.999)
    #expect(settings.sizeLoss.epsilon(delta: 1e-8) <= 0.1)
    #expect(settings.sizeLoss.deltaTicks == 0)
    #expect(settings.allowance.epsilon(delta: 5e-7) <= 20)
    #expect(settings.allowance.selectionDelta <= 5e-7)
    // Composition is cheaper than adding epsilons: 20 queries of epsilon 1 are far from epsilon 20.
    let twenty = (1...20).reduce(PrivacyLoss.zero) { loss, _ in loss + settings.queryLoss }
    #expect(twenty.share(of: settings.allowance) < 0.1)
  }

  @Test func theSameQuestionIsFreeAndHasTheSameSeed() async throws {
    let first = try seed(try await use(Self.question("a")))
    #expect(try seed(try await use(Self.question("a"), id: "another")) == first)
    #expect(try await charges().count == 1)
    // Also when its charge does not count any more.
    clock.advance(bySeconds: 400 * 86_400)
    #expect(try seed(try await use(Self.question("a"))) == first)
    #expect(try await charges().isEmpty)
  }

  @Test func anotherQuestionOrOtherDataArePaidAndDrawnAnew() async throws {
    let seeds = [
      try seed(try await use(Self.question("a"))), try seed(try await use(Self.question("A"))),
    ]
    clock.advance(bySeconds: 31 * 86_400)
    let more = [
      try seed(try await use(Self.question("a", data: 1))), try seed(try await use(Self.question("a"), of: "others")),
    ]
    #expect(Set(seeds + more).count == 4)
    #expect(try await charges().count == 1)
    #expect(try await charges("others").count == 1)
  }

  /// `["ab", "c"]` and `["a", "bc"]` are two questions.
  @Test func partsOfAQuestionCountWithTheirLengths() {
    let cost = PrivacyLoss.zero
    #expect(
      NoiseQuestion(parts: ["ab", "c"], cost: cost).fingerprint
        != NoiseQuestion(parts: ["a", "bc"], cost: cost).fingerprint)
  }

  @Test func aSpentBudgetRefusesByTheBudgetAlone() async throws {
    _ = try seed(try await use(Self.question("a")))
    clock.advance(bySeconds: 86_400)
    _ = try seed(try await use(Self.question("b")))
    clock.advance(bySeconds: 86_400)
    let refusal = try refusal(try await use(Self.question("c")))
    #expect(refusal.refillsAt == Fixtures.now.addingTimeInterval(30 * 86_400))
    let expected = """
      privacy_budget_spent: The privacy budget of the population `people` has 20 % left for 30 days, and this costs \
      40 %. Enough is left again at 2025-07-01T12:00:00Z, if nothing else is asked until then. What was answered \
      before over the same data costs nothing.
      """
    #expect(refusal.message == expected)
    // Neither the question nor its data have a part in the text, and a refusal costs nothing.
    #expect(try self.refusal(try await use(Self.question("SELECT something else", data: 7))).message == expected)
    #expect(try await charges().count == 2)
    // What was answered is answered still.
    _ = try seed(try await use(Self.question("a")))
    clock.advance(bySeconds: 28 * 86_400 - 1)
    _ = try self.refusal(try await use(Self.question("c")))
    clock.advance(bySeconds: 1)
    _ = try seed(try await use(Self.question("c")))
  }

  @Test func whatIsMoreThanTheWholeBudgetNeverFits() async throws {
    let refusal = try refusal(
      try await use(Self.question("a", cost: PrivacyLoss(ticks: Self.settings.allowance.ticks + 1))))
    #expect(refusal.refillsAt == nil)
    #expect(refusal.message.contains("more than the whole budget"))
  }

  @Test func bothPartsOfALossHaveToFit() async throws {
    let allowance = Self.settings.allowance
    _ = try seed(try await use(Self.question("rho", cost: PrivacyLoss(ticks: allowance.ticks))))
    _ = try refusal(try await use(Self.question("more", cost: PrivacyLoss(ticks: 1))))
    _ = try seed(try await use(Self.question("delta", cost: PrivacyLoss(ticks: 0, deltaTicks: allowance.deltaTicks))))
    _ = try refusal(try await use(Self.question("more delta", cost: PrivacyLoss(ticks: 0, deltaTicks: 1))))
  }

  // MARK: Charged before the run

  @Test func aReservedQuestionIsChargedOnce() async throws {
    #expect(try await reserve(Self.question("a")) == nil)
    #expect(try await charges().map(\.isUsed) == [false])
    clock.advance(bySeconds: 3_600)
    _ = try seed(try await use(Self.question("a")))
    #expect(try await charges().map(\.isUsed) == [true])
    // From the run on it counts for a whole period.
    #expect(try await charges().map(\.chargedAt) == [clock.now])
  }

  @Test func aReservationPaysForDataThatChangedBeforeTheRun() async throws {
    #expect(try await reserve(Self.question("a")) == nil)
    _ = try seed(try await use(Self.question("a", data: 1)))
    #expect(try await charges().count == 1)
    // The answer over these data is paid for, the one over the earlier data is not.
    _ = try seed(try await use(Self.question("a", data: 1), id: "another"))
    #expect(try await charges().count == 1)
    _ = try seed(try await use(Self.question("a", data: 0), id: "another"))
    #expect(try await charges().count == 2)
  }

  @Test func aRunThatBeganIsPaidForAlsoIfTheDataChange() async throws {
    #expect(try await reserve(Self.question("a")) == nil)
    _ = try seed(try await use(Self.question("a")))
    _ = try seed(try await use(Self.question("a", data: 1)))
    #expect(try await charges().count == 2)
  }

  /// A question that somebody else has reserved is free for others; it does not move to other data once they have used
  /// it.
  @Test func aSharedReservationStaysWithTheAnswer() async throws {
    #expect(try await reserve(Self.question("a"), id: "first") == nil)
    #expect(try await reserve(Self.question("a"), id: "second") == nil)
    #expect(try await charges().map(\.subjectID) == ["first"])
    _ = try seed(try await use(Self.question("a"), id: "second"))
    _ = try seed(try await use(Self.question("a", data: 1), id: "first"))
    #expect(try await charges().map(\.subjectID) == ["first", "first"])
  }

  @Test func reservationsAreRefusedLikeQuestions() async throws {
    #expect(try await reserve(Self.question("a")) == nil)
    #expect(try await reserve(Self.question("b")) == nil)
    let refusal = try #require(try await reserve(Self.question("c")))
    #expect(abs(refusal.leftShare - 0.2) < 0.01)
    #expect(try await charges().count == 2)
  }

  // MARK: What stays

  @Test func secretsAndChargesSurviveTheProcessAndTheInstance() async throws {
    let first = try seed(try await use(Self.question("a")))
    try await store.write { transaction in
      try transaction.insert(
        AccountRecord(id: "A", name: "A", marketplaceID: "M", createdAt: Fixtures.now))
      var instance = InstanceRecord(
        id: "shop", accountID: "A", name: "Shop", kind: .standard, createdAt: Fixtures.now)
      instance.privacy = .noise(population: "people")
      try transaction.insert(instance)
      try transaction.remove(instance, at: Fixtures.now)
    }
    try store.close()
    let now = clock.now
    let next = try MetadataStore(path: folder.file("metadata.sqlite"))
    let outcome = try await next.write { [ledger] transaction in
      try ledger.use(
        Self.question("a"), of: "people", for: .init(.execution, id: "e", instanceID: "shop"), in: transaction, at: now)
    }
    #expect(try seed(outcome) == first)
    let charges = try await next.read { [ledger] in try ledger.charges(of: "people", in: $0, at: now) }
    #expect(charges.count == 1)
  }

  @Test func aFailedTransactionChargesNothing() async throws {
    let now = clock.now
    await #expect(throws: CleanRoomError.unknownInstance) {
      try await store.write { [ledger] transaction in
        _ = try ledger.reserve(
          Self.question("a"), of: "people", for: .init(.execution, id: "e", instanceID: "shop"), in: transaction,
          at: now)
        throw CleanRoomError.unknownInstance
      }
    }
    #expect(try await charges().isEmpty)
  }
}
