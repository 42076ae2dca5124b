package import Base
import CleanRoom
package import Metadata
import Queries

package import struct Foundation.Date

/// A requested audience. Its types are correct; its meaning is checked here.
package struct AudienceDraft: Sendable, Hashable {
  /// The largest number of characters of a name.
  package static let nameLengthLimit = 256
  /// The largest number of characters of a description.
  package static let descriptionLengthLimit = 1000
  /// The possible days between refreshes; 0 for never.
  package static let refreshRateRange = 0...21
  /// The default days between refreshes.
  package static let defaultRefreshRateDays = 21

  /// The possible days between refreshes of a lookalike audience.
  package static let lookalikeRefreshRateRange = 7...21

  /// The kind of the audience.
  package enum Kind: Sendable, Hashable {
    /// The users that the query finds.
    case ruleBased
    /// Users who are like those. The reach is nil in updates that do not name it, because they can't change it.
    case lookalike(LookalikeReach?)
  }

  package var kind = Kind.ruleBased
  package var name: String
  package var description: String?
  package var advertiserID: String
  package var query: String?
  package var workflowID: String?
  package var timeWindowStart: Date
  package var timeWindowEnd: Date
  package var isTimeWindowRelative: Bool
  /// nil for the default, and in updates, which can't change it.
  package var refreshRateDays: Int?
  package var inputParameters: JSONValue?
  package var parameterValues: JSONValue

  package init(
    name: String, description: String?, advertiserID: String, query: String?, workflowID: String?,
    timeWindowStart: Date, timeWindowEnd: Date, isTimeWindowRelative: Bool, refreshRateDays: Int?,
    inputParameters: JSONValue?, parameterValues: JSONValue
  ) {
    self.name = name
    self.description = description
    self.advertiserID = advertiserID
    self.query = query
    self.workflowID = workflowID
    self.timeWindowStart = timeWindowStart
    self.timeWindowEnd = timeWindowEnd
    self.isTimeWindowRelative = isTimeWindowRelative
    self.refreshRateDays = refreshRateDays
    self.inputParameters = inputParameters
    self.parameterValues = parameterValues
  }

  /// The draft with its declarations of parameters as they are meant; see `RequestReading`. Later they are read
  /// strictly.
  func tidied() throws -> AudienceDraft {
    var draft = self
    draft.inputParameters = try inputParameters.map(Self.tidied(declarations:))
    return draft
  }

  /// Checks everything that needs no other record.
  func validate() throws(CleanRoomError) {
    try validateText()
    guard timeWindowStart < timeWindowEnd else {
      throw .invalidField(name: "timeWindowStart", reason: "must be before timeWindowEnd.")
    }
    if let refreshRateDays, !refreshRates.contains(refreshRateDays) {
      throw .invalidField(
        name: "refreshRateDays", reason: "must be from \(refreshRates.lowerBound) to \(refreshRates.upperBound).")
    }
    switch (query, workflowID) {
    case (nil, nil): throw .invalidField(name: "query", reason: "is missing; give either query or workflowId.")
    case (.some, .some):
      throw .invalidField(name: "query", reason: "and workflowId are both given; give one of them.")
    case (.some(let query), nil):
      guard query.contains(where: { !$0.isWhitespace }) else {
        throw .invalidField(name: "query", reason: "must not be empty.")
      }
      _ = try ParameterSet(values: parameterValues, declared: try InputParameter.list(from: inputParameters))
    case (nil, .some): _ = try InputParameter.list(from: inputParameters)
    }
  }

  private var refreshRates: ClosedRange<Int> {
    switch kind {
    case .ruleBased: Self.refreshRateRange
    case .lookalike: Self.lookalikeRefreshRateRange
    }
  }

  private func validateText() throws(CleanRoomError) {
    guard name.contains(where: { !$0.isWhitespace }), name.count <= Self.nameLengthLimit else {
      throw .invalidField(name: "audienceName", reason: "must have 1 to \(Self.nameLengthLimit) characters.")
    }
    guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw .invalidField(name: "audienceName", reason: "must not have control characters.")
    }
    if let description, description.count > Self.descriptionLengthLimit {
      throw .invalidField(
        name: "audienceDescription", reason: "may have at most \(Self.descriptionLengthLimit) characters.")
    }
    guard IdentifierShape.accepts(advertiserID) else {
      throw .invalidField(name: "advertiserId", reason: "must have 1 to 64 letters, digits, - and _.")
    }
  }
}
