import Base
import CleanRoom
import Foundation
import Hummingbird
import Metadata

/// The filters of a list of executions.
struct ExecutionListRequest: Sendable {
  var filter: ExecutionFilter
  var isAscending: Bool
  var includesWorkflow: Bool
  /// What a page token is bound to besides the instance.
  var tokenSubject: [String]

  init(_ request: Request, instanceID: String) throws(RequestError) {
    let parameters = QueryParameters(request)
    let zone = try Self.timeZone(parameters)
    let minimum = try Self.time(parameters, "minCreationTime", in: zone)
    let maximum = try Self.time(parameters, "maxCreationTime", in: zone)
    let workflowID = try parameters.string("workflowId")
    guard minimum != nil || workflowID != nil else {
      throw .unprocessableQueryParameter("minCreationTime", reason: "is needed where there is no workflowId.")
    }
    if let minimum, let maximum, maximum < minimum {
      throw .unprocessableQueryParameter("maxCreationTime", reason: "must not be before minCreationTime.")
    }
    filter = ExecutionFilter(instanceID: instanceID)
    filter.workflowID = workflowID
    filter.createdFrom = minimum
    // Times are shown and given in whole seconds: all of the last one counts.
    filter.createdUpTo = maximum?.addingTimeInterval(0.999)
    filter.includesCancelled = try parameters.boolean("includeCancelled", default: false)
    isAscending = try parameters.boolean("sortAscending", default: false)
    includesWorkflow = try parameters.boolean("includeWorkflow", default: false)
    tokenSubject = [
      workflowID ?? "", "\(minimum?.timeIntervalSince1970 ?? 0)", "\(maximum?.timeIntervalSince1970 ?? 0)",
      "\(filter.includesCancelled)", "\(isAscending)",
    ]
  }

  private static func timeZone(_ parameters: QueryParameters) throws(RequestError) -> TimeZone {
    guard let name = try parameters.string("timeZone") else { return .gmt }
    guard !name.isEmpty, name.utf8.count <= IdentifierShape.lengthLimit, let zone = TimeZone(identifier: name) else {
      throw .unprocessableQueryParameter("timeZone", reason: "must be the name of a time zone, such as UTC.")
    }
    return zone
  }

  private static func time(
    _ parameters: QueryParameters, _ name: String, in zone: TimeZone
  ) throws(RequestError) -> Date? {
    guard let text = try parameters.string(name) else { return nil }
    guard let date = Timestamp.date(local: text, in: zone) else {
      throw .invalidQueryParameter(name, reason: "must be a time such as 2025-05-20T00:00:00.")
    }
    return date
  }
}
