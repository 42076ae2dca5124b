import AdvertiserData
import CleanRoom

/// The members of audiences that come and go: `/amc/audiences/records`.
struct AudienceRecordRoutes {
  let audiences: StreamedAudienceService
  let records: AudienceRecordService

  func add(to routes: Routes) {
    routes.caller("manageAudience") { request in
      try BodyReader.requireJSONType(of: request.http)
      let body = try await RecordsBody(of: request.http, area: try await records.stage())
      let intake = try await records.intake(try body.address(), principal: request.principal)
      try body.read(into: intake)
      return try request.respond(with: Accepted(jobRequestId: try await records.submit(intake)), status: .accepted)
    }
    routes.caller("getAudienceRecordsStatus") { request in
      let status = try await records.status(jobID: request.path("jobRequestId"), principal: request.principal)
      let size = try await audiences.size(of: status.audience)
      return try request.respond(with: RecordStatus(status, size: size))
    }
  }

  private struct Accepted: Encodable {
    let jobRequestId: String
  }

  /// The outcome of a request's records, as the published OpenAPI has it.
  private struct RecordStatus: Encodable {
    struct Invalid: Encodable {
      let audienceId: String
      let error: String
      let externalId: String?
    }

    struct Successful: Encodable {
      let recordsProcessedRate: Double
    }

    let audienceSize: StreamedAudienceResponses.AudienceSize
    let invalidRecords: [Invalid]
    let jobRequestId: String
    let jobState: String
    let successful: Successful?

    init(_ status: AudienceRecordService.Status, size: StreamedAudienceService.Size) {
      let submission = status.submission
      audienceSize = StreamedAudienceResponses.AudienceSize(size)
      invalidRecords = status.invalidRecords.map {
        Invalid(audienceId: String(submission.audienceID), error: $0.error, externalId: $0.externalId)
      }
      jobRequestId = submission.id
      jobState = submission.state.rawValue
      switch submission.state {
      case .pending: successful = nil
      case .failed: successful = Successful(recordsProcessedRate: 0)
      case .succeeded, .partiallySucceeded:
        successful = Successful(
          recordsProcessedRate: 100 * Double(submission.validCount) / Double(max(submission.receivedCount, 1)))
      }
    }
  }
}
