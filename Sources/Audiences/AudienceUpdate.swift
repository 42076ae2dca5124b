package import Base
import CleanRoom
package import Metadata

package import struct Foundation.Date

/// An update of a FAILED audience.
package enum AudienceUpdate: Sendable, Hashable {
  /// All of the definition, as published: whatever is not given gets its default.
  case replacement(AudienceDraft)
  /// A part of it: whatever is not given stays.
  case changes(AudienceChanges)

  /// The update with its declarations of parameters as they are meant.
  func tidied() throws -> AudienceUpdate {
    switch self {
    case .replacement(let draft): return .replacement(try draft.tidied())
    case .changes(var changes):
      changes.inputParameters = try changes.inputParameters.map(AudienceDraft.tidied(declarations:))
      return .changes(changes)
    }
  }

  /// The definition of the audience after the update.
  func draft(of audience: AudienceRecord) throws -> AudienceDraft {
    switch self {
    case .replacement(let draft): draft
    case .changes(let changes): try changes.draft(of: audience)
    }
  }
}

/// Changes of an audience. Fields that are nil stay as they are. The first five can only be given as they are.
package struct AudienceChanges: Sendable, Hashable {
  package var kind: AudienceDraft.Kind?
  package var reach: LookalikeReach?
  package var name: String?
  package var description: String?
  package var advertiserID: String?
  /// Takes the place of a workflow.
  package var query: String?
  /// Takes the place of a query.
  package var workflowID: String?
  package var timeWindowStart: Date?
  package var timeWindowEnd: Date?
  package var isTimeWindowRelative: Bool?
  package var inputParameters: JSONValue?
  package var parameterValues: JSONValue?

  package init() {}

  /// The audience's definition with the changes.
  ///
  /// - Throws: Errors of a damaged record.
  func draft(of audience: AudienceRecord) throws -> AudienceDraft {
    let isOtherQuery = query != nil || workflowID != nil
    let kept = audience.workflowID == nil ? (audience.query, nil) : (nil, audience.workflowID)
    let (query, workflowID) = isOtherQuery ? (query, workflowID) : kept
    guard reach == nil || audience.lookalikeReach != nil else {
      throw CleanRoomError.unchangeableField(name: "lookalikeAudienceExpectedReach")
    }
    let kind = kind ?? (audience.lookalikeReach == nil ? .ruleBased : .lookalike(reach))
    let declared = try audience.declarations
    let values = try audience.givenValues
    var draft = AudienceDraft(
      name: name ?? audience.name, description: description ?? audience.audienceDescription,
      advertiserID: advertiserID ?? audience.advertiserID, query: query, workflowID: workflowID,
      timeWindowStart: timeWindowStart ?? audience.timeWindowStart,
      timeWindowEnd: timeWindowEnd ?? audience.timeWindowEnd,
      isTimeWindowRelative: isTimeWindowRelative ?? audience.isTimeWindowRelative, refreshRateDays: nil,
      inputParameters: inputParameters ?? declared,
      parameterValues: parameterValues ?? values)
    draft.kind = kind
    return draft
  }
}
