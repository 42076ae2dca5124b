package import struct Foundation.Data
package import struct Foundation.Date

/// How far a lookalike audience goes from its seed, from the nearest users to the most.
package enum LookalikeReach: String, Sendable, Hashable, Codable, CaseIterable {
  case mostSimilar = "MOST_SIMILAR"
  case similar = "SIMILAR"
  case balanced = "BALANCED"
  case broad = "BROAD"
  case mostBroad = "MOST_BROAD"
}

/// A rule-based audience, or one of users who are like those of its query: what it was asked to be, and what became of
/// it.
package struct AudienceRecord: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
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
    self.id = id
    self.instanceID = instanceID
    self.advertiserID = advertiserID
    self.advertiserKind = advertiserKind
    self.name = name
    self.audienceDescription = audienceDescription
    self.query = query
    self.timeWindowStart = timeWindowStart
    self.timeWindowEnd = timeWindowEnd
    self.isTimeWindowRelative = isTimeWindowRelative
    self.refreshRateDays = refreshRateDays
    self.inputParameters = inputParameters
    self.parameterValues = parameterValues
    self.createdAt = createdAt
    self.updatedAt = createdAt
    askedAt = createdAt
    refreshedFor = createdAt
  }

  /// Whether people may be members who were deleted since, so that it has to be refreshed whatever its rate.
  package var mustRefresh: Bool { userDeletionCount > coveredUserDeletionCount }
}

/// An audience as the advertiser account sees it, made by the transaction that makes its run a success.
package struct AdvertiserAudienceRecord: Sendable, Hashable {
  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var canonicalID: String
  package var audienceID: String
  package var advertiserID: String
  package var advertiserKind: AdvertiserKind
  package var accountID: String
  /// The name that the account shows.
  package var name: String
  package var audienceDescription: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, canonicalID: String, audienceID: String, advertiserID: String, advertiserKind: AdvertiserKind,
    accountID: String, name: String, audienceDescription: String, createdAt: Date
  ) {
    self.id = id
    self.canonicalID = canonicalID
    self.audienceID = audienceID
    self.advertiserID = advertiserID
    self.advertiserKind = advertiserKind
    self.accountID = accountID
    self.name = name
    self.audienceDescription = audienceDescription
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

/// That a client's request with a certain key has made an audience.
package struct IdempotencyKeyRecord: Sendable, Hashable {
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
    self.clientID = clientID
    self.instanceID = instanceID
    self.keyHash = keyHash
    self.bodyHash = bodyHash
    self.audienceID = audienceID
    self.createdAt = createdAt
  }
}

extension AudienceRecord: StoredRecord {
  package static let databaseTableName = "audience"
}

extension AdvertiserAudienceRecord: StoredRecord {
  package static let databaseTableName = "advertiserAudience"
}

extension IdempotencyKeyRecord: StoredRecord {
  package static let databaseTableName = "idempotencyKey"
}
