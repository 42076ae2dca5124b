import Foundation
import TestSupport
import Testing

/// A server that is killed at any point of a job comes back and finishes it, once.
@Suite(.serialized, .hangLimit) struct KillTests {
  /// Long enough to be caught while it runs: each user's impressions with each other.
  private static let query = """
    SELECT a.user_id FROM dsp_impressions_for_audiences a
    JOIN dsp_impressions_for_audiences b ON a.user_id = b.user_id
    JOIN dsp_impressions_for_audiences c ON b.user_id = c.user_id AND c.impression_dt_utc >= a.impression_dt_utc
    """

  @Test func whatWasKilledIsFinishedOnce() async throws {
    let server = try ServerProcess(users: 3_000, days: 10)
    try await server.start()
    // What it comes to when nothing happens.
    let undisturbed = try await server.audience(
      try await server.createAudience(Self.query), reaching: ["SUCCEEDED", "FAILED"])
    #expect(undisturbed["status"] as? String == "SUCCEEDED", "\(undisturbed["statusReason"] ?? "")")
    let count = undisturbed["audienceCount"] as? Int ?? -1
    #expect(count > 0)

    // At once after the answer; as soon as it runs; and after that many more questions, so that it hits later points.
    for questions in [-1, 0, 1, 3, 8, 20, 60] {
      let id = try await server.createAudience(Self.query)
      if questions >= 0 {
        _ = try await server.audience(id, reaching: ["RUNNING", "SUCCEEDED"])
        for _ in 0..<questions { _ = try await server.audience(id) }
      }
      server.kill()
      try await server.start()
      let audience = try await server.audience(id, reaching: ["SUCCEEDED", "FAILED"])
      #expect(audience["status"] as? String == "SUCCEEDED", "after \(questions): \(audience["statusReason"] ?? "")")
      #expect(audience["audienceCount"] as? Int == count)
      let canonical = try #require(audience["dspCanonicalId"] as? String)
      #expect(try await server.advertiserAudienceCount(canonical) == 1)
      #expect(try server.memberFiles(of: id).count == 1)
    }
    #expect(server.stop() == 0)
  }

  @Test func killedTwiceInTheSameJob() async throws {
    let server = try ServerProcess(users: 3_000, days: 10)
    try await server.start()
    let id = try await server.createAudience(Self.query)
    for _ in 0..<2 {
      _ = try await server.audience(id, reaching: ["RUNNING", "SUCCEEDED"])
      server.kill()
      try await server.start()
    }
    let audience = try await server.audience(id, reaching: ["SUCCEEDED", "FAILED"])
    #expect(audience["status"] as? String == "SUCCEEDED", "\(audience["statusReason"] ?? "")")
    #expect(try server.memberFiles(of: id).count == 1)
  }

  @Test func aCleanStopLetsARunningJobFinish() async throws {
    let server = try ServerProcess(users: 3_000, days: 10)
    try await server.start()
    let id = try await server.createAudience(Self.query)
    _ = try await server.audience(id, reaching: ["RUNNING", "SUCCEEDED"])
    #expect(server.stop() == 0)
    #expect(try server.memberFiles(of: id).count == 1)
    try await server.start()
    #expect(try await server.audience(id)["status"] as? String == "SUCCEEDED")
  }
}
