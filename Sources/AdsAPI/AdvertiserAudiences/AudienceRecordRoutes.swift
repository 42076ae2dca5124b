import AdvertiserData
import CleanRoom
import HTTPTypes
import Hummingbird

/// The members of audiences that come and go: `/amc/audiences/records`.
struct AudienceRecordRoutes: Sendable {
  let gate: Gate
  let terms: TermsService
  let audiences: StreamedAudienceService
  let records: AudienceRecordService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/records").add(middleware: ErrorMiddleware(bodies: StreamedAudienceErrors()))
      .post { request, _ in try await self.send(request) }
      .get("{jobRequestId}") { request, context in try await self.show(request, context) }
  }

  private struct Accepted: Encodable {
    let jobRequestId: String
  }

  private func send(_ request: Request) async throws -> Response {
    let (caller, mediaType) = try await enter(request, .manageAudience)
    try BodyReader.requireJSONType(of: request)
    let body = try await RecordsBody(of: request, area: try await records.stage())
    let intake = try await records.intake(try body.address(), principal: caller.principal)
    try body.read(into: intake)
    let id = try await records.submit(intake)
    return try Response.json(Accepted(jobRequestId: id), status: .accepted, mediaType: mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (caller, mediaType) = try await enter(request, .getAudienceRecordsStatus)
    let status = try await records.status(jobID: context.pathParameter("jobRequestId"), principal: caller.principal)
    let size = try await audiences.size(of: status.audience)
    return try Response.json(RecordStatus(status, size: size), mediaType: mediaType)
  }

  private func enter(_ request: Request, _ operation: Operation) async throws -> (Caller, String) {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<StreamedAudienceMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    try await terms.requireAccepted(clientID: caller.clientID)
    return (caller, choice.mediaType)
  }

  /// What became of a request's records, as the published OpenAPI has it.
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
