import Catalog
package import Logging
package import Metadata
package import ObjectStorage
import Privacy

package import struct Foundation.Date

/// Runs an audience's query and hands the members over to the advertiser account.
package struct AudienceJobHandler: JobHandler {
  private let store: MetadataStore
  private let queries: any QueryService
  private let objects: any ObjectStorage
  private let identifiers: any IdentifierGenerator
  private let settings: CleanRoomSettings
  private let logger: Logger

  package init(
    store: MetadataStore, queries: any QueryService, objects: any ObjectStorage,
    identifiers: any IdentifierGenerator, settings: CleanRoomSettings, logger: Logger
  ) {
    self.store = store
    self.queries = queries
    self.objects = objects
    self.identifiers = identifiers
    self.settings = settings
    self.logger = logger
  }

  package var kind: JobRecord.Kind { .audience }

  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .running }
  }

  package func requeue(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try update(job.subjectID, in: transaction, at: now) { $0.status = .pending }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    try fail(job.subjectID, reason: StatusReason.internalFailure, in: transaction, at: now)
  }

  package func discard(_ job: JobRecord) async {
    await AttemptFolder(
      path: Self.folderPath(id: job.subjectID, instanceID: job.instanceID), objects: objects, logger: logger
    ).remove(attempt: job.attempt)
  }

  private static func folderPath(id: String, instanceID: String) -> String { "instances/\(instanceID)/audiences/\(id)" }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    guard let audience = try await store.read({ try $0.audience(id: job.subjectID) }) else {
      return JobCompletion { _, _ in }
    }
    let folder = AttemptFolder(
      path: Self.folderPath(id: audience.id, instanceID: audience.instanceID), objects: objects, logger: logger)
    await folder.removeAll(except: audience.membersPrefix)
    let prefix = folder.prefix(attempt: job.attempt)
    let request = try queryRequest(of: audience)
    let reason: String
    do throws(QueryFailure) {
      let count = try await queries.runAudience(request, outputPrefix: prefix) { _ in }
      guard count < settings.minimumAudienceSize else {
        return success(of: audience, memberCount: count, membersPrefix: prefix)
      }
      reason = StatusReason.tooFewUsers(minimum: settings.minimumAudienceSize)
    } catch {
      reason = try Self.reason(of: error)
    }
    // Members of an audience that does not come to be are kept nowhere.
    await folder.removeAll(except: audience.membersPrefix)
    return failure(of: audience, reason)
  }

  private static func reason(of failure: QueryFailure) throws -> String {
    switch failure {
    case .refused(let refusal): return StatusReason.refused(refusal)
    case .engine(let code, let message): return StatusReason.engineFailure(code: code, message: message)
    case .cancelled: throw CancellationError()
    }
  }

  private func queryRequest(of audience: AudienceRecord) throws -> QueryRequest {
    let parameters = try audience.parameters()
    guard let type = AdvertiserType(audience.advertiserKind) else { throw CleanRoomError.unknownAudience }
    var request = QueryRequest(
      sql: audience.query, instanceID: audience.instanceID, purpose: .audience(type),
      timeWindow: TimeWindow(start: audience.timeWindowStart, end: audience.timeWindowEnd),
      parameters: parameters.values)
    request.parameterTypes = parameters.types
    return request
  }

  private func failure(of audience: AudienceRecord, _ reason: String) -> JobCompletion {
    JobCompletion { transaction, now in
      try fail(audience.id, reason: reason, in: transaction, at: now)
    }
  }

  /// The audience's success and its place in the advertiser account are one and the same change.
  private func success(of audience: AudienceRecord, memberCount: Int, membersPrefix: String) -> JobCompletion {
    let id = identifiers.number(digits: Self.advertiserAudienceIDDigits)
    let canonicalID = identifiers.number(digits: Self.advertiserAudienceIDDigits)
    return JobCompletion { transaction, now in
      try update(audience.id, in: transaction, at: now) { audience in
        audience.status = .succeeded
        audience.statusReason = nil
        audience.lastRefreshedAt = now
        audience.memberCount = memberCount
        audience.membersPrefix = membersPrefix
      }
      try transaction.requestExports(audienceID: audience.id, at: now)
      guard try transaction.advertiserAudience(audienceID: audience.id) == nil,
        let instance = try transaction.instance(id: audience.instanceID)
      else { return }
      try transaction.insert(
        AdvertiserAudienceRecord(
          id: id, canonicalID: canonicalID, audienceID: audience.id, advertiserID: audience.advertiserID,
          advertiserKind: audience.advertiserKind, accountID: instance.accountID,
          name: AudienceService.namePrefix + audience.name,
          audienceDescription: audience.audienceDescription ?? "", createdAt: now))
    }
  }

  /// How many digits the ids have that the advertiser account gives.
  static let advertiserAudienceIDDigits = 18

  private func fail(_ id: String, reason: String, in transaction: WriteTransaction, at now: Date) throws {
    try update(id, in: transaction, at: now) { audience in
      audience.status = .failed
      audience.statusReason = reason
    }
  }

  /// Changes the audience unless it is gone.
  private func update(
    _ id: String, in transaction: WriteTransaction, at now: Date, _ change: (inout AudienceRecord) -> Void
  ) throws {
    guard var audience = try transaction.audience(id: id) else { return }
    change(&audience)
    audience.updatedAt = now
    try transaction.update(audience)
  }
}

extension AdvertiserType {
  /// The catalogue's word for a kind of advertiser; nil for one to which no audience can go.
  init?(_ kind: AdvertiserKind) {
    switch kind {
    case .display: self = .display
    case .sponsoredAds: self = .sponsoredAds
    case .adServer: return nil
    }
  }
}
