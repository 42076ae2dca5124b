@testable import AdsAPI
import Hummingbird
import Login
import Metadata
import NIOEmbedded
import ServerTestSupport
import Testing

/// Errors of an element of a batch: the client's are reported to it, ours are logged.
@Suite struct InvitationBatchTests {
  private struct DiskOnFire: Error {}

  private let log = LineLog()

  private var context: APIRequestContext {
    var logger = log.logger
    logger[metadataKey: "hb.request.id"] = "1"
    return APIRequestContext(source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
  }

  @Test func clientErrorsBelongToTheirElement() async throws {
    var batch = InvitationResponses.Batch()
    try await batch.add(3, in: context) { throw LoginRefusal.unfitEmailAddress }
    #expect(batch.success.isEmpty)
    #expect(batch.error.map(\.index) == [3])
    #expect(batch.error.map(\.code) == ["unfit_email_address"])
    #expect(log.text.isEmpty)
  }

  @Test func serverErrorsAreLogged() async throws {
    var batch = InvitationResponses.Batch()
    try await batch.add(0, in: context) { throw DiskOnFire() }
    #expect(batch.error.map(\.code) == ["internal_error"])
    #expect(batch.error.map { $0.details.hasPrefix("The server could not do this.") } == [true])
    #expect(log.text.contains("DiskOnFire"))
  }

  @Test func cancelledRequestsHaveNoElements() async throws {
    var batch = InvitationResponses.Batch()
    await #expect(throws: CancellationError.self) {
      try await batch.add(0, in: context) { throw CancellationError() }
    }
    #expect(batch.error.isEmpty)
    #expect(log.text.isEmpty)
  }
}
