import Metadata
import TestSupport
import Testing

/// The requests of all public clients, unchanged, with instances in noise mode.
@Suite(.hangLimit) struct NoisePublicClientTests {
  private let clients = PublicClientTests()

  private func inNoiseMode(_ test: () async throws -> Void) async throws {
    try await TestServer.$usualPrivacy.withValue(AlmostNoNoise.privacy) { try await test() }
  }

  @Test func insights() async throws {
    try await inNoiseMode {
      try await clients.workflowsWorkForThePublicClient(.router)
      try await clients.executionsWorkForThePublicClient(.router)
      try await clients.cancellationWorksForThePublicClient(.router)
    }
  }

  @Test func airbyte() async throws {
    try await inNoiseMode { try await clients.theAirbyteSourceReadsItsStreams() }
  }

  @Test func theNotebook() async throws {
    try await inNoiseMode { try await clients.theNotebookOfAMCWorksToItsLastCell() }
  }

  @Test func pipelines() async throws {
    try await inNoiseMode {
      try await clients.theAirflowPipelineReadsItsResult()
      try await clients.theMagePipelineReadsItsResult()
      try await clients.theBackfillingScriptReadsItsResult()
      try await clients.theServiceInCSharpReadsItsResult()
    }
  }

  @Test func postman() async throws {
    try await inNoiseMode {
      try await clients.theAdministrationFolderOfPostmanWorks()
      try await clients.theReportingFolderOfPostmanWorks()
      try await clients.theAudienceFolderOfPostmanWorks()
      try await clients.theDisplayFolderOfPostmanTargetsAnAudience()
    }
  }

  @Test func segment() async throws {
    try await inNoiseMode { try await clients.theAudienceOfSegmentHasItsMembers() }
  }
}
