import CleanRoom
import DifferentialPrivacy
import Metadata
import Queries
import Warehouse

/// Runs the query of an audience, and charges it in noise mode.
struct AudienceQueryRun: Sendable {
  /// The outcome of a run.
  enum Outcome: Sendable {
    /// The members, or the reason why there are none.
    case found(LookalikeOutcome)
    /// The members are there, and nothing may be told about them: the budget is spent. What was told before stays.
    case untold
    case refused(BudgetRefusal)
  }

  let queries: any QueryService
  let charges: NoiseCharges?
  let audience: AudienceRecord
  let instance: InstanceRecord
  /// The job of the run, which all of its attempts share.
  let jobID: Int64
  let outputPrefix: String

  /// Finds the users that the query asks for.
  ///
  /// When the budget is spent, a refresh runs all the same if people were deleted, because they must leave the
  /// audience. Its size is not told then.
  func members(_ request: QueryRequest) async throws -> Outcome {
    let query = try await queries.compile(request)
    guard query.population == instance.privacy.population else { throw NoiseCharges.WrongMode() }
    switch try await admission(of: try await query.question()) {
    case .exact: return .found(.members(try await run(query, seed: nil)))
    case .charged(let seed): return .found(.members(try await run(query, seed: seed)))
    case .uncharged(let seed, _):
      _ = try await run(query, seed: seed)
      return .untold
    case .refused(let refusal): return .refused(refusal)
    }
  }

  /// Finds users who are like those of the query. Whether a seed can be used is told in any case, so without a budget
  /// there is no run. Its members have no part in what an advertiser brought, so nobody has to leave.
  func lookalikes(_ request: LookalikeRequest) async throws -> Outcome {
    let lookalike = try await queries.compile(request)
    guard lookalike.population == instance.privacy.population else { throw NoiseCharges.WrongMode() }
    let seed: NoiseSeed?
    switch try await admission(of: try await lookalike.question()) {
    case .exact: seed = nil
    case .charged(let charged): seed = charged
    case .uncharged(_, let refusal), .refused(let refusal): return .refused(refusal)
    }
    return .found(try await lookalike.run(outputPrefix: outputPrefix, seed: seed) { _ in })
  }

  private func run(_ query: any CompiledQuery, seed: NoiseSeed?) async throws(QueryFailure) -> Int {
    try await query.runAudience(outputPrefix: outputPrefix, seed: seed) { _ in }
  }

  private enum Admission {
    /// Threshold mode.
    case exact
    case charged(NoiseSeed)
    case uncharged(NoiseSeed, BudgetRefusal)
    case refused(BudgetRefusal)
  }

  private func admission(of question: NoiseQuestion?) async throws -> Admission {
    guard let population = instance.privacy.population else { return .exact }
    // No size is kept, and two runs over the same data need not find the same users. So each run is a question of its
    // own. Attempts of one run, of which nothing was told, are the same.
    guard let charges, let question = question?.asked(by: "job \(jobID)") else { throw NoiseCharges.WrongMode() }
    switch try await charges.use(question, of: population, for: audience.chargedSubject) {
    case .admitted(let seed): return .charged(seed)
    case .refused(let refusal):
      guard audience.status == .succeeded, audience.mustRefresh else { return .refused(refusal) }
      return .uncharged(try await charges.seedOfUntoldRun(question, of: population), refusal)
    }
  }
}

extension AudienceRecord {
  /// The thing that its runs are charged for.
  var chargedSubject: PrivacyLedger.Subject {
    PrivacyLedger.Subject(lookalikeReach == nil ? .audience : .lookalike, id: id, instanceID: instanceID)
  }
}
