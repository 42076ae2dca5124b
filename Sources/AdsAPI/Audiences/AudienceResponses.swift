import Audiences
import Base
import CleanRoom
import Foundation
import Metadata

/// Responses to requests about audiences, as the published OpenAPI has them.
enum AudienceResponses {
  static let ruleBased = "RULE_BASED"
  static let lookalike = "LOOKALIKE"

  /// The response to a POST and to a PUT.
  static func accepted(_ audience: AudienceRecord, isNew: Bool) -> JSONObject {
    [
      "audienceExecutionDescription": isNew
        ? "The audience was accepted; its query waits to run."
        : "The audience was updated; its query waits to run again.",
      "audienceExecutionId": audience.id,
      "status": audience.status.rawValue,
    ]
  }

  /// An audience. Members that a version does not have are left out.
  static func metadata(_ snapshot: AudienceService.Snapshot, version: AudienceVersion) throws -> JSONObject {
    let audience = snapshot.audience
    let isFrom11 = version != .v1
    let isFrom12 = version == .v12
    return [
      "advertiserId": audience.advertiserID,
      "audienceDescription": audience.audienceDescription,
      "audienceExecutionId": audience.id,
      "audienceName": audience.name,
      "createTime": Timestamp.text(of: audience.createdAt),
      "dspAudienceId": snapshot.advertiserAudience?.id,
      "instanceId": audience.instanceID,
      // AMC documents that before the first refresh this is the time of creation.
      "lastRefreshedTime": Timestamp.text(of: audience.lastRefreshedAt ?? audience.createdAt),
      "query": audience.query,
      "refreshRateDays": audience.refreshRateDays,
      "status": audience.status.rawValue,
      "statusReason": audience.statusReason,
      "timeWindowEnd": Timestamp.text(of: audience.timeWindowEnd),
      "timeWindowRelative": audience.isTimeWindowRelative,
      "timeWindowStart": Timestamp.text(of: audience.timeWindowStart),
      "audienceCount": isFrom11 ? snapshot.approximateCount : nil,
      "dspCanonicalId": isFrom11 ? snapshot.advertiserAudience?.canonicalID : nil,
      "advertiserType": isFrom12 ? audience.advertiserKind.rawValue : nil,
      "audienceType": isFrom12 ? (audience.lookalikeReach == nil ? ruleBased : lookalike) : nil,
      "inputParameters": isFrom12
        ? try audience.inputParameters.map { try JSONValue(parsing: Data($0.utf8)) } : nil,
      "lookalikeAudienceExpectedReach": isFrom12 ? audience.lookalikeReach?.rawValue : nil,
      "no3pTrackers": isFrom12 ? true : nil,
      "parameterValues": isFrom12 ? try JSONValue(parsing: Data(audience.parameterValues.utf8)) : nil,
      "workflowId": isFrom12 ? audience.workflowID : nil,
    ]
  }

  /// The audiences that a page takes: at least one, so a list always ends.
  static func page(
    of snapshots: [AudienceService.Snapshot], version: AudienceVersion, countLimit: Int, sizeLimit: Int
  ) throws -> [JSONObject] {
    var page: [JSONObject] = []
    // The text around the elements: the two names, the brackets, and the token.
    var size = PageTokens.lengthLimit
    for snapshot in snapshots.prefix(countLimit) {
      let metadata = try metadata(snapshot, version: version)
      size += try JSONEncoder.canonical.encode(metadata).count + 1
      guard size <= sizeLimit || page.isEmpty else { break }
      page.append(metadata)
    }
    return page
  }
}
