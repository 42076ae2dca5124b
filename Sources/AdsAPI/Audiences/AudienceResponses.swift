import Audiences
import Base
import CleanRoom
import Foundation
import Metadata

/// What audience requests are answered with, as the published OpenAPI has it.
enum AudienceResponses {
  static let ruleBased = "RULE_BASED"
  static let lookalike = "LOOKALIKE"

  /// The response to a POST and to a PUT.
  struct Accepted: Encodable {
    let audienceExecutionDescription: String
    let audienceExecutionId: String
    let status: String

    init(created audience: AudienceRecord) {
      audienceExecutionDescription = "The audience was accepted; its query waits to run."
      audienceExecutionId = audience.id
      status = audience.status.rawValue
    }

    init(updated audience: AudienceRecord) {
      audienceExecutionDescription = "The audience was updated; its query waits to run again."
      audienceExecutionId = audience.id
      status = audience.status.rawValue
    }
  }

  struct List: Encodable {
    let executionMetadata: [Metadata]
    let nextToken: String?
  }

  /// An audience; what a version does not have is nil and left out.
  struct Metadata: Encodable {
    let advertiserId: String
    let audienceDescription: String?
    let audienceExecutionId: String
    let audienceName: String
    let createTime: String
    let dspAudienceId: String?
    let instanceId: String
    let lastRefreshedTime: String
    let query: String
    let refreshRateDays: Int
    let status: String
    let statusReason: String?
    let timeWindowEnd: String
    let timeWindowRelative: Bool
    let timeWindowStart: String
    // From v1.1 on
    var audienceCount: Int?
    var dspCanonicalId: String?
    // From v1.2 on
    var advertiserType: String?
    var audienceType: String?
    var inputParameters: JSONValue?
    var lookalikeAudienceExpectedReach: String?
    var no3pTrackers: Bool?
    var parameterValues: JSONValue?
    var workflowId: String?

    /// The position in the list; not part of the response.
    let sequence: Int64?

    private enum CodingKeys: String, CodingKey {
      case advertiserId, audienceDescription, audienceExecutionId, audienceName, createTime, dspAudienceId
      case instanceId, lastRefreshedTime, query, refreshRateDays, status, statusReason
      case timeWindowEnd, timeWindowRelative, timeWindowStart
      case audienceCount, dspCanonicalId
      case advertiserType, audienceType, inputParameters, no3pTrackers, parameterValues
      case lookalikeAudienceExpectedReach, workflowId
    }

    init(_ snapshot: AudienceService.Snapshot, version: AudienceVersion) throws {
      let audience = snapshot.audience
      advertiserId = audience.advertiserID
      audienceDescription = audience.audienceDescription
      audienceExecutionId = audience.id
      audienceName = audience.name
      createTime = Timestamp.text(of: audience.createdAt)
      dspAudienceId = snapshot.advertiserAudience?.id
      instanceId = audience.instanceID
      // AMC documents that before the first refresh this is the time of creation.
      lastRefreshedTime = Timestamp.text(of: audience.lastRefreshedAt ?? audience.createdAt)
      query = audience.query
      refreshRateDays = audience.refreshRateDays
      status = audience.status.rawValue
      statusReason = audience.statusReason
      timeWindowEnd = Timestamp.text(of: audience.timeWindowEnd)
      timeWindowRelative = audience.isTimeWindowRelative
      timeWindowStart = Timestamp.text(of: audience.timeWindowStart)
      sequence = audience.sequence
      switch version {
      case .v1: break
      case .v11: addVersion11(snapshot)
      case .v12:
        addVersion11(snapshot)
        try addVersion12(audience)
      }
    }

    private mutating func addVersion11(_ snapshot: AudienceService.Snapshot) {
      audienceCount = snapshot.approximateCount
      dspCanonicalId = snapshot.advertiserAudience?.canonicalID
    }

    private mutating func addVersion12(_ audience: AudienceRecord) throws {
      advertiserType = audience.advertiserKind.rawValue
      audienceType =
        audience.lookalikeReach == nil ? AudienceResponses.ruleBased : AudienceResponses.lookalike
      lookalikeAudienceExpectedReach = audience.lookalikeReach?.rawValue
      inputParameters = try audience.inputParameters.map { try JSONValue(parsing: Data($0.utf8)) }
      no3pTrackers = true
      parameterValues = try JSONValue(parsing: Data(audience.parameterValues.utf8))
      workflowId = audience.workflowID
    }
  }

  /// As many of the audiences as a page takes: at least one, so that a list always comes to its end.
  static func page(
    of snapshots: [AudienceService.Snapshot], version: AudienceVersion, countLimit: Int, sizeLimit: Int
  ) throws -> [Metadata] {
    var page: [Metadata] = []
    // What stands around the elements: the two names, the brackets, and the token.
    var size = PageTokens.lengthLimit
    for snapshot in snapshots.prefix(countLimit) {
      let metadata = try Metadata(snapshot, version: version)
      size += try JSONEncoder.canonical.encode(metadata).count + 1
      guard size <= sizeLimit || page.isEmpty else { break }
      page.append(metadata)
    }
    return page
  }
}
