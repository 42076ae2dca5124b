#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// A server whose workers are killed under it, and workers whose server is.
  @Suite(.serialized, .hangLimit) struct ServerWorkerTests {
    /// Long enough to be found while it runs: each user's impressions with each other, again and again.
    private static let long =
      "SELECT t0.user_id FROM dsp_impressions_for_audiences t0 "
      + (1...8).map { number in
        "JOIN dsp_impressions_for_audiences t\(number) ON t\(number - 1).user_id = t\(number).user_id "
          + "AND t\(number).impression_dt_utc <> t0.impression_dt_utc"
      }.joined(separator: " ")
    private static let short = "SELECT user_id FROM dsp_impressions_for_audiences"

    private static let prepared = Result { try ServerProcess.PreparedFolder(users: 3_000, days: 10) }

    /// The worker of the running query: it is the one that has used the processor most.
    ///
    /// - Parameter gone: Workers that were killed.
    private func busyWorker(of server: Int32, besides gone: Set<Int32> = []) async throws -> Int32 {
      try await polling {
        try Processes.children(of: server).filter { !gone.contains($0) && Processes.ticks(of: $0) > 100 }
          .max { Processes.ticks(of: $0) < Processes.ticks(of: $1) }
      }
    }

    @Test func aQueryThatEndsItsWorkerTwiceFailsAndNothingElse() async throws {
      let server = try ServerProcess(Self.prepared.get())
      try await server.start()
      let process = try #require(server.processID)
      let id = try await server.createAudience(Self.long)
      var killed: Set<Int32> = []
      for _ in 0..<2 {
        _ = try await server.audience(id, reaching: ["RUNNING"])
        let worker = try await busyWorker(of: process, besides: killed)
        killed.insert(worker)
        kill(worker, SIGABRT)
      }
      let failed = try await server.audience(id, reaching: ["FAILED", "SUCCEEDED"])
      #expect(failed["status"] as? String == "FAILED")
      let reason = failed["statusReason"] as? String ?? ""
      #expect(reason.contains("engine_worker_ended"), "\(reason)")

      let other = try await server.audience(
        try await server.createAudience(Self.short), reaching: ["FAILED", "SUCCEEDED"])
      #expect(other["status"] as? String == "SUCCEEDED", "\(other["statusReason"] ?? "")")
      #expect(Processes.isAlive(process))
      server.kill()
    }

    /// Also workers that were stopped, and could not listen for its end.
    @Test func noWorkerOutlivesItsServer() async throws {
      let server = try ServerProcess(Self.prepared.get())
      try await server.start()
      let process = try #require(server.processID)
      _ = try await server.createAudience(Self.long)
      let busy = try await busyWorker(of: process)
      let workers = try Processes.children(of: process)
      #expect(workers.contains(busy))
      #expect(workers.count > 1)
      for worker in workers where worker != busy { kill(worker, SIGSTOP) }
      server.kill()
      try await pollingUntil { !workers.contains(where: Processes.isAlive) }
    }

    /// The server itself has no engine open: its files are those of its workers.
    @Test func inProcessIsAChoice() async throws {
      let server = try ServerProcess(Self.prepared.get(), environment: ["ADYTON_ENGINE": "in-process"])
      try await server.start()
      let process = try #require(server.processID)
      let answer = try await server.audience(
        try await server.createAudience(Self.short), reaching: ["FAILED", "SUCCEEDED"])
      #expect(answer["status"] as? String == "SUCCEEDED", "\(answer["statusReason"] ?? "")")
      #expect(try Processes.children(of: process).isEmpty)
      #expect(server.stop() == 0)
    }
  }

  extension Processes {
    /// The time of processors that a process has used, in hundredths of a second; 0 where there is no such process.
    static func ticks(of id: Int32) -> Int {
      (field(11, of: id).flatMap { Int($0) } ?? 0) + (field(12, of: id).flatMap { Int($0) } ?? 0)
    }
  }
#endif
