import AdvertiserData
import Base
import CleanRoom

/// Records of people who join and leave audiences: `/amc/audiences/records`.
struct AudienceRecordRoutes {
  let audiences: StreamedAudienceService
  let records: AudienceRecordService

  func add(to routes: Routes) {
    routes.caller("manageAudience") { request in
      try BodyReader.requireJSONType(of: request.http)
      let body = try await RecordsBody(of: request.http, area: try await records.stage())
      let intake = try await records.intake(try body.address(), principal: request.principal)
      try body.read(into: intake)
      return try request.respond(object: ["jobRequestId": try await records.submit(intake)], status: .accepted)
    }
    routes.caller("getAudienceRecordsStatus") { request in
      let status = try await records.status(jobID: request.path("jobRequestId"), principal: request.principal)
      let size = try await audiences.size(of: status.audience)
      return try request.respond(object: Self.outcome(status, size: size))
    }
  }

  /// The outcome of a request's records, as the published OpenAPI has it.
  private static func outcome(
    _ status: AudienceRecordService.Status, size: StreamedAudienceService.Size
  ) -> JSONObject {
    let submission = status.submission
    let processedRate: Double? =
      switch submission.state {
      case .pending: nil
      case .failed: 0
      case .succeeded, .partiallySucceeded:
        100 * Double(submission.validCount) / Double(max(submission.receivedCount, 1))
      }
    return [
      "audienceSize": StreamedAudienceResponses.size(size),
      "invalidRecords": status.invalidRecords.map { record -> JSONObject in
        ["audienceId": String(submission.audienceID), "error": record.error, "externalId": record.externalId]
      },
      "jobRequestId": submission.id,
      "jobState": submission.state.rawValue,
      "successful": processedRate.map { ["recordsProcessedRate": $0] },
    ]
  }
}
