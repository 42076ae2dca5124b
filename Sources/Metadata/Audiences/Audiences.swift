package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// How far a lookalike audience goes from its seed, from the nearest users to the most.
package enum LookalikeReach: String, StoredChoice {
  case mostSimilar = "MOST_SIMILAR"
  case similar = "SIMILAR"
  case balanced = "BALANCED"
  case broad = "BROAD"
  case mostBroad = "MOST_BROAD"
}

/// A rule-based audience, or one of users who are like those of its query: what it was asked to be, and its outcome.
package struct AudienceRecord: IdentifiedRecord {
  package static let databaseTableName = "audience"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, instanceID, advertiserID, advertiserKind, name, audienceDescription, query, workflowID
    case lookalikeReach, timeWindowStart, timeWindowEnd, isTimeWindowRelative, refreshRateDays, inputParameters
    case parameterValues, status, statusReason, createdAt, updatedAt, lastRefreshedAt, askedAt, refreshedFor, triedFor
    case refreshFailureCount, retryAt, userDeletionCount, coveredUserDeletionCount, windowShiftDays, lastRunSeconds
    case attemptCount, memberCount, membersPrefix
  }

  package enum Status: String, StoredChoice {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case deactivated = "DEACTIVATED"
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  package var advertiserID: String
  package var advertiserKind: AdvertiserKind
  package var name: String
  package var audienceDescription: String?
  package var query: String
  /// The workflow that the query was taken from, as it was then; nil for a query of its own.
  package var workflowID: String?
  /// Set for an audience of users who are like those that the query finds; nil for one of those that it finds.
  package var lookalikeReach: LookalikeReach?
  /// The window of the run that its members come from, or of the first run before there was one.
  package var timeWindowStart: Date
  package var timeWindowEnd: Date
  package var isTimeWindowRelative: Bool
  /// 0…21; 0 for an audience that is never refreshed.
  package var refreshRateDays: Int
  /// JSON as the client sent it, or nil.
  package var inputParameters: String?
  /// A JSON object as the client sent it.
  package var parameterValues: String
  package var status: Status = .pending
  /// Safe to show; nil unless something has to be said about the status.
  package var statusReason: String?
  package var createdAt: Date
  package var updatedAt: Date
  /// When the run ended that its members come from.
  package var lastRefreshedAt: Date?
  /// When it was asked for as it is: made, or updated after it had failed. Its life counts from then.
  package var askedAt: Date
  /// The turn that its members come from: `askedAt`, or when the last refresh that succeeded was due.
  package var refreshedFor: Date
  /// The turn of the refresh that is on its way, or that has failed.
  package var triedFor: Date?
  /// How many refreshes have failed since the last that succeeded.
  package var refreshFailureCount = 0
  /// When a refresh that failed is tried again, unless another turn comes before; nil where none has failed.
  package var retryAt: Date?
  /// How many times people were deleted from what it reads …
  package var userDeletionCount = 0
  /// … and how many of these the run had seen that its members come from.
  package var coveredUserDeletionCount = 0
  /// How many days its window has been moved since `askedAt`.
  package var windowShiftDays = 0
  /// How long the last run took that came to an end, by the clock; nil before it.
  package var lastRunSeconds: Double?
  /// The number of the last attempt at a run: each attempt writes to a place of its own.
  package var attemptCount = 0
  /// The exact number of members. What leaves the server is rounded.
  package var memberCount: Int?
  /// Where the members of the last successful run are; nil before it. A DEACTIVATED audience has it only as long as the
  /// files are still to be removed: whoever reads members looks at the status first.
  package var membersPrefix: String?

  package init(
    id: String, instanceID: String, advertiserID: String, advertiserKind: AdvertiserKind, name: String,
    audienceDescription: String?, query: String, timeWindowStart: Date, timeWindowEnd: Date,
    isTimeWindowRelative: Bool, refreshRateDays: Int, inputParameters: String?, parameterValues: String,
    createdAt: Date
  ) {
    (self.id, self.instanceID, self.advertiserID, self.advertiserKind) = (id, instanceID, advertiserID, advertiserKind)
    (self.name, self.audienceDescription, self.query) = (name, audienceDescription, query)
    (self.timeWindowStart, self.timeWindowEnd) = (timeWindowStart, timeWindowEnd)
    (self.isTimeWindowRelative, self.refreshRateDays) = (isTimeWindowRelative, refreshRateDays)
    (self.inputParameters, self.parameterValues) = (inputParameters, parameterValues)
    (self.createdAt, updatedAt, askedAt, refreshedFor) = (createdAt, createdAt, createdAt, createdAt)
  }

  /// Whether people may be members who were deleted since, so that it has to be refreshed whatever its rate.
  package var mustRefresh: Bool { userDeletionCount > coveredUserDeletionCount }
}

/// The key of a client's request that has made an audience.
package struct IdempotencyKeyRecord: StoredRecord {
  package static let databaseTableName = "idempotencyKey"
  package enum CodingKeys: String, StoredColumn {
    case clientID, instanceID, keyHash, bodyHash, audienceID, createdAt
  }

  package var clientID: String
  package var instanceID: String
  /// SHA-256 of the key.
  package var keyHash: Data
  /// SHA-256 of the request's body.
  package var bodyHash: Data
  package var audienceID: String
  package var createdAt: Date

  package init(
    clientID: String, instanceID: String, keyHash: Data, bodyHash: Data, audienceID: String, createdAt: Date
  ) {
    (self.clientID, self.instanceID, self.keyHash) = (clientID, instanceID, keyHash)
    (self.bodyHash, self.audienceID, self.createdAt) = (bodyHash, audienceID, createdAt)
  }
}

extension MetadataReading {
  /// The instance's audiences, newest first, from before `beforeSequence`, at most `limit`.
  package func audiences(instanceID: String, beforeSequence: Int64, limit: Int) throws -> [AudienceRecord] {
    try AudienceRecord.filter { $0.instanceID == instanceID && $0.sequence < beforeSequence }
      .order { $0.sequence.desc }.limit(limit).fetchAll(database)
  }

  /// What an earlier request with that key made, or nil.
  package func idempotencyKey(
    clientID: String, instanceID: String, keyHash: Data
  ) throws -> IdempotencyKeyRecord? {
    try IdempotencyKeyRecord.fetchOne(
      database, key: ["clientID": clientID, "instanceID": instanceID, "keyHash": keyHash])
  }
}

extension WriteTransaction {
  /// Ends the instance's audiences that were made for the advertiser: no members, no further refresh, and no job. Returns
  /// the ids of all of them, those that had ended before included.
  package func deactivateAudiences(
    advertiserID: String, instanceID: String, reason: String, at now: Date
  ) throws -> [String] {
    let audiences = AudienceRecord.filter { $0.instanceID == instanceID && $0.advertiserID == advertiserID }
    _ = try audiences.filter { $0.status != AudienceRecord.Status.deactivated }.updateAll(database) {
      [
        $0.status.set(to: AudienceRecord.Status.deactivated), $0.statusReason.set(to: reason),
        $0.memberCount.set(to: 0), $0.membersPrefix.set(to: nil), $0.updatedAt.set(to: now.databaseMilliseconds),
      ]
    }
    let ids = try audiences.order { $0.sequence }.select({ $0.id }, as: String.self).fetchAll(database)
    for id in ids {
      try deleteUnfinishedJobs(kind: .audience, subjectID: id)
      try requestExports(audienceID: id, at: now)
    }
    return ids
  }

  /// Notes for the instance's audiences that have members, or are getting them, that people were deleted from what they
  /// read.
  package func noteUserDeletion(instanceID: String, whereQuery reads: (String) -> Bool) throws {
    let living: [AudienceRecord.Status] = [.pending, .running, .succeeded]
    let audiences = AudienceRecord.filter { $0.instanceID == instanceID && living.contains($0.status) }
    for var audience in try audiences.fetchAll(database) where reads(audience.query) {
      audience.userDeletionCount += 1
      try update(audience)
    }
  }
}
