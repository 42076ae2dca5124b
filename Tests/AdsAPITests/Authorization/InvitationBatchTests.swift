@testable import AdsAPI
import Hummingbird
import Login
import Metadata
import NIOEmbedded
import ServerTestSupport
import Testing

/// What goes wrong with an element of a batch: told to the client where it is the client's, logged where it is ours.
@Suite struct InvitationBatchTests {
  private struct DiskOnFire: Error {}

  private let log = LineLog()

  private var context: APIRequestContext {
    var logger = log.logger
    logger[metadataKey: "hb.request.id"] = "1"
    return APIRequestContext(source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
  }

  @Test func aMistakeOfTheClientIsItsElements() async throws {
    var batch = InvitationResponses.Batch()
    try await batch.add(3, in: context) { throw InvitationError.unfitEmailAddress }
    #expect(batch.success.isEmpty)
    #expect(batch.error.map(\.index) == [3])
    #expect(batch.error.map(\.code) == ["unfit_email_address"])
    #expect(log.text.isEmpty)
  }

  @Test func aMistakeOfOursIsLoggedAsWell() async throws {
    var batch = InvitationResponses.Batch()
    try await batch.add(0, in: context) { throw DiskOnFire() }
    #expect(batch.error.map(\.code) == ["internal_error"])
    #expect(batch.error.map(\.details) == [""])
    #expect(log.text.contains("DiskOnFire"))
  }

  @Test func aRequestThatIsCancelledHasNoElements() async throws {
    var batch = InvitationResponses.Batch()
    await #expect(throws: CancellationError.self) {
      try await batch.add(0, in: context) { throw CancellationError() }
    }
    #expect(batch.error.isEmpty)
    #expect(log.text.isEmpty)
  }
}
