package import Base
import Crypto
package import DifferentialPrivacy
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// Charges questions to the budgets of populations. It is the only source of seeds, so no noise can be drawn without a
/// charge.
///
/// Each charge is part of the caller's transaction: it counts exactly if what it is for was recorded. It is never given
/// back, whatever comes of the question. A question that was charged before over the same data costs nothing, because
/// its answer is the same.
package struct PrivacyLedger: Sendable {
  /// The thing that is charged.
  package struct Subject: Sendable, Hashable {
    package var kind: PrivacyChargeRecord.Kind
    package var id: String
    package var instanceID: String

    package init(_ kind: PrivacyChargeRecord.Kind, id: String, instanceID: String) {
      (self.kind, self.id, self.instanceID) = (kind, id, instanceID)
    }
  }

  /// The outcome of asking for a seed.
  package enum Outcome: Sendable {
    case admitted(NoiseSeed)
    case refused(BudgetRefusal)
  }

  package let settings: NoiseSettings
  private let secrets: any SecretGenerator

  package init(settings: NoiseSettings, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.settings = settings
    self.secrets = secrets
  }

  // MARK: Charging

  /// Charges a question that will be answered later, in the transaction that records its subject.
  ///
  /// - Returns: The refusal if the budget has too little left; nothing is charged then.
  package func reserve(
    _ question: NoiseQuestion, of population: String, for subject: Subject, in transaction: WriteTransaction,
    at now: Date
  ) throws -> BudgetRefusal? {
    let fingerprint = Data(question.fingerprint)
    if try transaction.privacyCharge(population: population, fingerprint: fingerprint) != nil { return nil }
    if let refusal = try refusal(of: question.cost, population, except: nil, in: transaction, at: now) {
      return refusal
    }
    try transaction.insert(PrivacyChargeRecord(question, of: population, for: subject, at: now))
    return nil
  }

  /// Charges a question that is about to be answered, and returns the seed of its noise.
  ///
  /// A reservation for the subject pays for it, also if the data have changed in between, as long as no run has begun
  /// over the earlier data. A run that is repeated after a crash, over the same data, is not charged again.
  package func use(
    _ question: NoiseQuestion, of population: String, for subject: Subject, in transaction: WriteTransaction,
    at now: Date
  ) throws -> Outcome {
    let fingerprint = Data(question.fingerprint)
    let known = try transaction.privacyCharge(population: population, fingerprint: fingerprint)
    if known?.isUsed != true {
      let reserved =
        try known
        ?? transaction.unusedPrivacyCharge(
          population: population, kind: subject.kind, subjectID: subject.id)
      // From here on the answer counts: for a whole period from now, not from the time of the request.
      if let refusal = try refusal(of: question.cost, population, except: reserved, in: transaction, at: now) {
        return .refused(refusal)
      }
      var charge = PrivacyChargeRecord(question, of: population, for: subject, at: now)
      charge.isUsed = true
      if let reserved {
        charge.sequence = reserved.sequence
        if known != nil { (charge.kind, charge.subjectID, charge.chargedTo) = reserved.subject }
        try transaction.update(charge)
      } else {
        try transaction.insert(charge)
      }
    }
    return .admitted(try seed(of: question, population, in: transaction, at: now))
  }

  /// The seed for a run of which no number is told, not even whether it reached a minimum. It is not charged.
  package func seedOfUntoldRun(
    _ question: NoiseQuestion, of population: String, in transaction: WriteTransaction, at now: Date
  ) throws -> NoiseSeed {
    try seed(of: question, population, in: transaction, at: now)
  }

  /// The number of runs that end for want of time or memory and spend a whole budget.
  package static let interruptionsPerBudget = 10

  /// Charges a run that ended for want of time or memory, beyond its question. That it did is an answer without noise,
  /// which a query can be made for; so there can be only a few of them.
  package func chargeInterruption(
    of population: String, for subject: Subject, in transaction: WriteTransaction, at now: Date
  ) throws {
    let question = NoiseQuestion(
      parts: ["interrupted", subject.kind.rawValue, subject.id, "\(Int64(now.timeIntervalSince1970 * 1000))"],
      cost: settings.allowance.divided(into: Self.interruptionsPerBudget))
    let fingerprint = Data(question.fingerprint)
    guard try transaction.privacyCharge(population: population, fingerprint: fingerprint) == nil else { return }
    var charge = PrivacyChargeRecord(question, of: population, for: subject, at: now)
    charge.isUsed = true
    try transaction.insert(charge)
  }

  /// HMAC-SHA-256 of the question under the secret of the population.
  private func seed(
    of question: NoiseQuestion, _ population: String, in transaction: WriteTransaction, at now: Date
  ) throws -> NoiseSeed {
    let candidate = Data(secrets.bytes(count: Self.secretByteCount))
    let secret = try transaction.populationSecret(population, orInsert: candidate, at: now)
    let code = HMAC<SHA256>.authenticationCode(for: question.fingerprint, using: SymmetricKey(data: secret))
    guard let seed = NoiseSeed(bytes: Array(code)) else { throw MetadataError.corrupted }
    return seed
  }

  /// The number of bytes of a population's secret.
  static let secretByteCount = 32

  // MARK: The budget

  /// The charges that count at a moment, the oldest first.
  package func charges(
    of population: String, in snapshot: some MetadataReading, at now: Date
  ) throws -> [PrivacyChargeRecord] {
    try snapshot.privacyCharges(population: population, since: now.addingTimeInterval(-settings.periodSeconds))
  }

  /// The refusal of a cost; nil if the budget has enough left.
  private func refusal(
    of cost: PrivacyLoss, _ population: String, except own: PrivacyChargeRecord?, in transaction: WriteTransaction,
    at now: Date
  ) throws -> BudgetRefusal? {
    let charges = try charges(of: population, in: transaction, at: now).filter { $0.sequence != own?.sequence }
    var spent = charges.reduce(PrivacyLoss.zero) { $0 + $1.loss }
    let allowance = settings.allowance
    guard !(spent + cost).isWithin(allowance) else { return nil }
    var refusal = BudgetRefusal(
      population: population, cost: cost, allowance: allowance, left: allowance.remaining(after: spent),
      periodDays: settings.periodDays)
    guard cost.isWithin(allowance) else { return refusal }
    // The oldest charges stop counting first.
    for charge in charges {
      spent = PrivacyLoss(ticks: spent.ticks - charge.ticks, deltaTicks: spent.deltaTicks - charge.deltaTicks)
      guard (spent + cost).isWithin(allowance) else { continue }
      refusal.refillsAt = charge.chargedAt.addingTimeInterval(settings.periodSeconds)
      break
    }
    return refusal
  }
}

extension PrivacyChargeRecord {
  fileprivate init(
    _ question: NoiseQuestion, of population: String, for subject: PrivacyLedger.Subject, at now: Date
  ) {
    self.init(
      population: population, fingerprint: Data(question.fingerprint), kind: subject.kind, subjectID: subject.id,
      chargedTo: subject.instanceID, ticks: question.cost.ticks, deltaTicks: question.cost.deltaTicks, chargedAt: now)
  }

  package var loss: PrivacyLoss { PrivacyLoss(ticks: ticks, deltaTicks: deltaTicks) }

  fileprivate var subject: (Kind, String, String) { (kind, subjectID, chargedTo) }
}
