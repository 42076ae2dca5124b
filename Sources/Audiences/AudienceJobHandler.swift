package import Base
import Catalog
package import CleanRoom
package import Jobs
package import Logging
package import Metadata
package import ObjectStorage
import Privacy
package import Queries
import Warehouse

package import struct Foundation.Date

/// Runs an audience's query and makes the members available to the advertiser account: for the first time, and again
/// for each refresh. It also removes the members of a deactivated audience.
///
/// A failed refresh changes only the facts about it: the audience keeps the members of the last successful one.
package struct AudienceJobHandler: JobHandler {
  private let store: MetadataStore
  private let queries: any QueryService
  private let objects: any ObjectStorage
  private let identifiers: any IdentifierGenerator
  private let settings: CleanRoomSettings
  private let charges: NoiseCharges?
  private let logger: Logger
  private let signalsEnd: @Sendable (Date) -> Date?

  /// - Parameters:
  ///   - charges: Charges audiences of instances in noise mode; without it they fail.
  ///   - signalsEnd: The end of the signals that have arrived at a time; nil if all have.
  package init(
    store: MetadataStore, queries: any QueryService, objects: any ObjectStorage,
    identifiers: any IdentifierGenerator, settings: CleanRoomSettings, charges: NoiseCharges? = nil, logger: Logger,
    signalsEnd: @escaping @Sendable (Date) -> Date? = { _ in nil }
  ) {
    self.store = store
    self.queries = queries
    self.objects = objects
    self.identifiers = identifiers
    self.settings = settings
    self.charges = charges
    self.logger = logger
    self.signalsEnd = signalsEnd
  }

  package var kind: JobRecord.Kind { .audience }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try transaction.change(AudienceRecord.self, id: job.subjectID, at: now) { $0.begin(attempt: job.attempt) }
  }

  package func showAsRunning(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    guard try transaction.find(AudienceRecord.self, id: job.subjectID)?.status == .pending else { return }
    try transaction.change(AudienceRecord.self, id: job.subjectID, at: now) { $0.begin(attempt: job.attempt) }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try transaction.change(AudienceRecord.self, id: job.subjectID, at: now) { $0.requeue() }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try transaction.change(AudienceRecord.self, id: job.subjectID, at: now) { audience in
      audience.fail(nil, StatusReason.internalFailure, at: now)
    }
  }

  package func discard(_ job: JobRecord) async {
    await folder(of: job).remove(attempt: job.attempt)
  }

  package func cleanUp(_ job: JobRecord) async {
    do {
      let audience = try await store.read { try $0.find(AudienceRecord.self, id: job.subjectID) }
      await folder(of: job).removeAll(upTo: job.attempt, except: audience?.membersPrefix)
    } catch {
      // The next attempt begins with the same.
      logger.warning("Old members were not removed.", metadata: ["error": "\(type(of: error))"])
    }
  }

  private func folder(of job: JobRecord) -> AttemptFolder {
    AttemptFolder(
      path: InstanceFolders.audience(id: job.subjectID, instanceID: job.instanceID), objects: objects, logger: logger)
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    guard let audience = try await store.read({ try $0.find(AudienceRecord.self, id: job.subjectID) }) else {
      return .nothing
    }
    let folder = folder(of: job)
    switch audience.status {
    case .deactivated: return try await removeMembers(of: audience)
    case .pending, .running, .succeeded, .failed: break
    }
    await folder.removeAll(except: audience.membersPrefix)
    let prefix = folder.prefix(attempt: job.attempt)
    let run = AudienceRun(of: audience, startedAt: job.updatedAt)
    var request = try request(of: audience, in: run.window)
    request.signalsEnd = signalsEnd(job.updatedAt)
    let (reason, code): (String, String)
    do {
      switch try await runQuery(request, of: audience, job, outputPrefix: prefix) {
      case .found(.members(let count)):
        let minimum = settings.minimumAudienceSize
        guard count < minimum else { return success(of: audience, run, memberCount: count, membersPrefix: prefix) }
        (reason, code) = (StatusReason.tooFewUsers(minimum: minimum), "too_few_users")
      case .found(.seedTooSmall):
        (reason, code) = (
          StatusReason.seedTooSmall(minimum: settings.lookalikeSeedSizes.lowerBound), "seed_too_small"
        )
      case .found(.seedTooLarge):
        (reason, code) = (
          StatusReason.seedTooLarge(maximum: settings.lookalikeSeedSizes.upperBound), "seed_too_large"
        )
      case .found(.nothingToLearn): (reason, code) = (StatusReason.nothingToLearn, "nothing_to_learn")
      case .untold: return success(of: audience, run, memberCount: nil, membersPrefix: prefix)
      case .refused(let refusal): (reason, code) = (refusal.message, "budget_refused")
      }
    } catch let failure as QueryFailure {
      if failure.hasEndedItsProcess, job.isRetriedAfterWorkerEnd { throw failure }
      if failure.isTransientFailure, job.isRetriedAfterTransientFailure { throw failure }
      if failure.isInterruption {
        await folder.removeAll(except: audience.membersPrefix)
        return try await interruption(of: audience, run, failure)
      }
      (reason, code) = (try Self.reason(of: failure), failure.stableCode)
    }
    // Members of a failed run are not kept.
    await folder.removeAll(except: audience.membersPrefix)
    return failure(of: audience, run, reason, code: code)
  }

  // MARK: The query

  /// Runs the query of the audience's kind.
  private func runQuery(
    _ request: QueryRequest, of audience: AudienceRecord, _ job: JobRecord, outputPrefix: String
  ) async throws -> AudienceQueryRun.Outcome {
    let (instance, account) = try await store.read { snapshot in
      let instance = try snapshot.find(InstanceRecord.self, id: audience.instanceID)
      return (instance, try instance.flatMap { try snapshot.find(AccountRecord.self, id: $0.accountID) })
    }
    guard let instance else { throw CleanRoomError.unknownInstance }
    let run = AudienceQueryRun(
      queries: queries, charges: charges, audience: audience, instance: instance, jobID: job.id ?? 0,
      outputPrefix: outputPrefix)
    guard let reach = audience.lookalikeReach else { return try await run.members(request) }
    return try await run.lookalikes(
      LookalikeRequest(
        seed: request, seedSizes: settings.lookalikeSeedSizes,
        sizing: LookalikeSizes.sizing(reach, marketplaceID: account?.marketplaceID ?? "", settings: settings)))
  }

  private static func reason(of failure: QueryFailure) throws -> String {
    switch failure {
    case .refused(let refusal): return StatusReason.refused(refusal)
    case .engine(let code, let message): return StatusReason.engineFailure(code: code, message: message)
    case .cancelled: throw CancellationError()
    }
  }

  private func request(of audience: AudienceRecord, in window: TimeWindow) throws -> QueryRequest {
    let parameters = try audience.parameters()
    guard let type = AdvertiserType(audience.advertiserKind) else { throw CleanRoomError.unknownAudience }
    var request = QueryRequest(
      sql: audience.query, instanceID: audience.instanceID, purpose: .audience(type), timeWindow: window,
      parameters: parameters.values)
    request.parameterTypes = parameters.types
    return request
  }

  // MARK: Outcomes

  /// Ends a run for want of time or memory. In noise mode that is charged, and the cause is for the log alone.
  private func interruption(
    of audience: AudienceRecord, _ run: AudienceRun, _ failure: QueryFailure
  ) async throws -> JobCompletion {
    let instance = try await store.read { try $0.find(InstanceRecord.self, id: audience.instanceID) }
    let reason = try Self.reason(of: failure)
    guard let population = instance?.privacy.population, let charges else {
      return self.failure(of: audience, run, reason, code: failure.stableCode)
    }
    logger.warning("A run in noise mode was not finished.", metadata: ["reason": "\(reason)"])
    return JobCompletion(failureCode: failure.stableCode) { transaction, now in
      try charges.ledger.chargeInterruption(of: population, for: audience.chargedSubject, in: transaction, at: now)
      try transaction.change(AudienceRecord.self, id: audience.id, at: now) {
        $0.fail(run, StatusReason.interruptedWithNoise, at: now)
      }
    }
  }

  private func failure(
    of audience: AudienceRecord, _ run: AudienceRun, _ reason: String, code: String
  ) -> JobCompletion {
    JobCompletion(failureCode: code) { transaction, now in
      try transaction.change(AudienceRecord.self, id: audience.id, at: now) { $0.fail(run, reason, at: now) }
    }
  }

  /// The audience's members, its success and its entry in the advertiser account change together.
  ///
  /// - Parameter memberCount: The number of members; nil to tell the earlier one.
  private func success(
    of audience: AudienceRecord, _ run: AudienceRun, memberCount: Int?, membersPrefix: String
  ) -> JobCompletion {
    let id = identifiers.number(digits: Self.advertiserAudienceIDDigits)
    let canonicalID = identifiers.number(digits: Self.advertiserAudienceIDDigits)
    return JobCompletion { transaction, now in
      try transaction.change(AudienceRecord.self, id: audience.id, at: now) { audience in
        audience.succeed(
          run, memberCount: memberCount ?? audience.memberCount ?? 0, membersPrefix: membersPrefix, at: now)
      }
      try transaction.requestExports(audienceID: audience.id, at: now)
      guard try transaction.advertiserAudience(audienceID: audience.id) == nil,
        let instance = try transaction.find(InstanceRecord.self, id: audience.instanceID)
      else { return }
      try transaction.insert(
        AdvertiserAudienceRecord(
          id: id, canonicalID: canonicalID, audienceID: audience.id, advertiserID: audience.advertiserID,
          advertiserKind: audience.advertiserKind, accountID: instance.accountID,
          name: AudienceService.namePrefix + audience.name,
          audienceDescription: audience.audienceDescription ?? "", createdAt: now))
    }
  }

  /// The number of digits of the ids in the advertiser account.
  static let advertiserAudienceIDDigits = 18

  /// The record says that a deactivated audience still has files until all of them are removed.
  private func removeMembers(of audience: AudienceRecord) async throws -> JobCompletion {
    try await objects.deleteAll(
      under: ObjectKey(InstanceFolders.audience(id: audience.id, instanceID: audience.instanceID)))
    return JobCompletion { transaction, now in
      try transaction.change(AudienceRecord.self, id: audience.id, at: now) { $0.forgetMembers() }
    }
  }
}

extension AdvertiserType {
  /// The catalogue's type for a kind of advertiser; nil for one that can't have audiences.
  init?(_ kind: AdvertiserKind) {
    switch kind {
    case .display: self = .display
    case .sponsoredAds: self = .sponsoredAds
    case .adServer: return nil
    }
  }
}
