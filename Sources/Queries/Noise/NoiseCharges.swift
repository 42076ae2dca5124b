package import Base
package import CleanRoom
package import DifferentialPrivacy
package import Metadata
import Privacy

/// Charges questions right before they are answered.
package struct NoiseCharges: Sendable {
  package let ledger: PrivacyLedger
  private let store: MetadataStore
  private let clock: any WallClock

  package init(store: MetadataStore, ledger: PrivacyLedger, clock: any WallClock) {
    self.store = store
    self.ledger = ledger
    self.clock = clock
  }

  /// A query was compiled for another privacy mode than its instance has. No caller can cause that.
  package struct WrongMode: CodedError {
    package let code = "privacy_mode_mismatch"

    package init() {}
  }

  /// Charges the question, and returns the seed of its noise, or the refusal.
  package func use(
    _ question: NoiseQuestion, of population: String, for subject: PrivacyLedger.Subject
  ) async throws -> PrivacyLedger.Outcome {
    let now = clock.now
    return try await store.write { transaction in
      try ledger.use(question, of: population, for: subject, in: transaction, at: now)
    }
  }

  /// The seed of a run of which no number is told.
  package func seedOfUntoldRun(_ question: NoiseQuestion, of population: String) async throws -> NoiseSeed {
    let now = clock.now
    return try await store.write { transaction in
      try ledger.seedOfUntoldRun(question, of: population, in: transaction, at: now)
    }
  }
}

extension NoiseSettings {
  /// The noise of one query.
  var parameters: NoiseParameters { NoiseParameters(loss: queryLoss, groupsPerUser: groupsPerUser) }
}
