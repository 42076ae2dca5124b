package import DifferentialPrivacy
package import Metadata

package import struct Foundation.Date

/// Shows the privacy budgets of populations: to operators, and to the users of an instance.
package struct PrivacyBudgetService: Sendable {
  private let store: MetadataStore
  private let ledger: PrivacyLedger

  package init(store: MetadataStore, settings: NoiseSettings) {
    self.store = store
    ledger = PrivacyLedger(settings: settings)
  }

  /// The budget of a population at a moment.
  package struct Balance: Sendable, Hashable {
    package var population: String
    package var settings: NoiseSettings
    /// The loss of all charges of the period.
    package var spent: PrivacyLoss
    package var left: PrivacyLoss
    /// The charges of the period, the oldest first.
    package var charges: [Charge]

    /// The share of the budget that a loss is.
    package func share(_ loss: PrivacyLoss) -> Double { loss.share(of: settings.allowance) }

    /// The number of further queries that fit, if nothing else is asked.
    package var queriesLeft: Int {
      let (cost, left) = (settings.queryLoss, left)
      func count(_ part: Int64, _ whole: Int64) -> Int64 { part == 0 ? .max : whole / part }
      return Int(min(count(cost.ticks, left.ticks), count(cost.deltaTicks, left.deltaTicks)))
    }
  }

  /// A charge that counts.
  package struct Charge: Sendable, Hashable {
    /// The position in the order of all charges.
    package var sequence: Int64
    package var kind: PrivacyChargeRecord.Kind
    /// The id of the execution, audience or upload; nil for those of an instance that the caller does not ask about.
    package var subjectID: String?
    package var instanceID: String?
    package var loss: PrivacyLoss
    package var chargedAt: Date
    /// The time from which it no longer counts.
    package var refillsAt: Date
  }

  /// The names of all populations.
  package func populations() async throws -> [String] {
    try await store.read { try $0.populationNames() }
  }

  /// The ids of the instances of a population.
  package func instanceIDs(population: String) async throws -> [String] {
    try await store.read { try $0.instances(population: population).map(\.id) }
  }

  /// The budget of a population, with the subjects of all charges.
  package func balance(of population: String, at now: Date) async throws -> Balance {
    try await balance(of: population, at: now) { _ in true }
  }

  /// The budget that the instance's queries are charged to; nil in threshold mode. Charges of other instances are
  /// there without their subjects.
  package func balance(of instance: InstanceRecord, at now: Date) async throws -> Balance? {
    guard let population = instance.privacy.population else { return nil }
    return try await balance(of: population, at: now) { $0.chargedTo == instance.id }
  }

  private func balance(
    of population: String, at now: Date, where isShown: @escaping @Sendable (PrivacyChargeRecord) -> Bool
  ) async throws -> Balance {
    let settings = ledger.settings
    let charges = try await store.read { try ledger.charges(of: population, in: $0, at: now) }
    let spent = charges.reduce(PrivacyLoss.zero) { $0 + $1.loss }
    return Balance(
      population: population, settings: settings, spent: spent, left: settings.allowance.remaining(after: spent),
      charges: charges.map { charge in
        Charge(
          sequence: charge.sequence ?? 0, kind: charge.kind, subjectID: isShown(charge) ? charge.subjectID : nil,
          instanceID: isShown(charge) ? charge.chargedTo : nil, loss: charge.loss, chargedAt: charge.chargedAt,
          refillsAt: charge.chargedAt.addingTimeInterval(settings.periodSeconds))
      })
  }
}
