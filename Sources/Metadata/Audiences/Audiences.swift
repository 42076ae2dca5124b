package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// The distance of a lookalike audience from its seed, from the most similar users to the most users.
package enum LookalikeReach: String, StoredChoice {
  case mostSimilar = "MOST_SIMILAR"
  case similar = "SIMILAR"
  case balanced = "BALANCED"
  case broad = "BROAD"
  case mostBroad = "MOST_BROAD"
}

/// A rule-based or lookalike audience: its definition and its outcome.
package struct AudienceRecord: IdentifiedRecord, ChangingRecord {
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

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  package var advertiserID: String
  package var advertiserKind: AdvertiserKind
  package var name: String
  package var audienceDescription: String?
  package var query: String
  /// The workflow that the query was taken from, as it was then; nil for the audience's own query.
  package var workflowID: String?
  /// The reach of a lookalike audience; nil for an audience of the users that the query finds.
  package var lookalikeReach: LookalikeReach?
  /// The window of the run that the members come from; before the first success, that of the first run.
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
  /// Safe to show; nil without a remark on the status.
  package var statusReason: String?
  package var createdAt: Date
  package var updatedAt: Date
  /// The end of the run that the members come from.
  package var lastRefreshedAt: Date?
  /// The time of the present request: the creation, or the update of a failed audience. The audience's age counts from
  /// it.
  package var askedAt: Date
  /// The due time of the run that the members come from: `askedAt`, or that of the last successful refresh.
  package var refreshedFor: Date
  /// The due time of the refresh that is running, or that has failed.
  package var triedFor: Date?
  /// The number of failed refreshes since the last success.
  package var refreshFailureCount = 0
  /// The time of the next try of a failed refresh, unless it is due before; nil without a failure.
  package var retryAt: Date?
  /// The number of times that people were deleted from the data that the audience reads …
  package var userDeletionCount = 0
  /// … and the number of these before the run that the members come from.
  package var coveredUserDeletionCount = 0
  /// The days by which the window has moved since `askedAt`.
  package var windowShiftDays = 0
  /// The duration of the last finished run, by the clock; nil before it.
  package var lastRunSeconds: Double?
  /// The number of the last attempt at a run. Each attempt writes to its own prefix.
  package var attemptCount = 0
  /// The number of members: exact in threshold mode, and with noise in noise mode. Numbers that leave the server are
  /// rounded.
  package var memberCount: Int?
  /// The prefix of the members of the last successful run; nil before it. A DEACTIVATED audience has it only while the
  /// files are yet to be removed, so readers of members check the status first.
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

  /// Ends the audience for good: nobody is a member from now on.
  ///
  /// - Parameter folder: The prefix of its files. `membersPrefix` is set as long as some may be left; a job removes
  ///   them, even after a stop of the server.
  package mutating func deactivate(reason: String, folder: String, at now: Date) {
    (status, statusReason, memberCount) = (.deactivated, reason, 0)
    (retryAt, updatedAt) = (nil, now)
    if attemptCount > 0 { membersPrefix = membersPrefix ?? folder }
  }

  /// Whether deleted people may still be members, so the audience has to be refreshed whatever its rate.
  package var mustRefresh: Bool { userDeletionCount > coveredUserDeletionCount }
}

/// The key of a client's request that made an audience.
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

  /// The audiences that were made for an advertiser of the instance, oldest first.
  package func audiences(advertiserID: String, instanceID: String) throws -> [AudienceRecord] {
    try AudienceRecord.filter { $0.instanceID == instanceID && $0.advertiserID == advertiserID }
      .order { $0.sequence }.fetchAll(database)
  }

  /// The record of an earlier request with the key, or nil.
  package func idempotencyKey(
    clientID: String, instanceID: String, keyHash: Data
  ) throws -> IdempotencyKeyRecord? {
    try IdempotencyKeyRecord.fetchOne(
      database, key: ["clientID": clientID, "instanceID": instanceID, "keyHash": keyHash])
  }
}

extension WriteTransaction {
  /// Ends the instance's audiences that were made for the advertiser: no members, no further refresh, and no job.
  ///
  /// - Parameter folder: Gives the prefix of the files of an audience.
  /// - Returns: The ids of all of them, including those that had ended before.
  package func deactivateAudiences(
    advertiserID: String, instanceID: String, reason: String, folder: (_ audienceID: String) -> String, at now: Date
  ) throws -> [String] {
    let audiences = try audiences(advertiserID: advertiserID, instanceID: instanceID)
    for var audience in audiences {
      if audience.status != .deactivated {
        audience.deactivate(reason: reason, folder: folder(audience.id), at: now)
        try update(audience)
      }
      try deleteUnfinishedJobs(kind: .audience, subjectID: audience.id)
      try requestExports(audienceID: audience.id, at: now)
    }
    return audiences.map(\.id)
  }

  /// Records that people were deleted from the data of the instance's audiences that have members, or are getting them.
  package func noteUserDeletion(instanceID: String, whereQuery reads: (String) -> Bool) throws {
    let living: [AudienceRecord.Status] = [.pending, .running, .succeeded]
    let audiences = AudienceRecord.filter { $0.instanceID == instanceID && living.contains($0.status) }
    for var audience in try audiences.fetchAll(database) where reads(audience.query) {
      audience.userDeletionCount += 1
      try update(audience)
    }
  }
}
