import Foundation
import Logging
import ObjectStorage
import TestSupport
import Testing

@testable import Warehouse

/// The engine in separate processes: the same answers as in this one, and nothing that happens there happens here.
@Suite(.hangLimit) struct EngineWorkerTests {
  let fixture: WorkerFixture

  init() throws { fixture = try WorkerFixture() }

  @Test func aWorkerAnswersAsTheServerWould() async throws {
    let sql = """
      SELECT 1::BIGINT, -1.5::DOUBLE, 'naïve 🦊', '', NULL::VARCHAR, true, adyton_country('Deutschland'),
        'nan'::DOUBLE > 1
      UNION ALL SELECT range, range / 3, range::VARCHAR, '', NULL, false, NULL, NULL FROM range(5000) ORDER BY 1, 2
      """
    var settings = fixture.settings()
    let there = try await fixture.rows(sql, settings)
    settings.workers = nil
    #expect(there == (try await fixture.rows(sql, settings)))
    #expect(there.count == 5001)
  }

  @Test func filesOfTheRunAreReadAndWritten() async throws {
    let file = fixture.outputFolder.appending(path: "rows.parquet").path(percentEncoded: false)
    #expect(try await fixture.rows("COPY (SELECT range AS n FROM range(1000)) TO '\(file)'") == [[.integer(1000)]])
    #expect(try await fixture.rows("SELECT sum(n)::BIGINT FROM read_parquet('\(file)')") == [[.integer(499_500)]])
  }

  @Test func errorsOfTheEngineKeepTheirCodes() async throws {
    #expect(try await fixture.failure(of: "SELECT CAST('Walburga' AS BIGINT)") == EngineError(.invalidValue))
    #expect(try await fixture.failure(of: "SELECT nothing") == EngineError(.failed))
    let list = "SELECT len(list(i)) FROM range(100_000_000) r(i)"
    #expect(try await fixture.failure(of: list, fixture.settings(memoryMiB: 64)) == EngineError(.outOfMemory))
  }

  /// Memory that the engine asks for and never touches does not count.
  @Test func memoryThatIsNotHeldDoesNotCount() async throws {
    let sums = (0..<60).map { "sum(range + \($0)) AS s\($0)" }.joined(separator: ", ")
    let settings = fixture.settings(memoryMiB: 512)
    _ = try await fixture.rows(
      "SELECT count(*) FROM (SELECT range % 97 AS g, \(sums) FROM range(20_000) GROUP BY ALL)", settings)
    #expect(fixture.workers.figures.outOfMemory == 0)
  }

  /// Memory that the engine does not count against its own limit meets that of the process.
  @Test func memoryBeyondTheHardLimitEndsTheRunAlone() async throws {
    let settings = fixture.settings(memoryMiB: 64)
    let sql = "SELECT length(repeat('x', \(6 * settings.hardMemoryLimitBytes)))"
    #expect(try await fixture.failure(of: sql, settings) == EngineError(.outOfMemory))
    #expect(try await fixture.rows("SELECT 42::BIGINT", settings) == [[.integer(42)]])
    #expect(fixture.workers.figures.outOfMemory == 1)
  }

  @Test(arguments: [SIGABRT, SIGSEGV, SIGKILL])
  func aWorkerThatDiesEndsItsRunAlone(_ signal: Int32) async throws {
    let (dying, other) = (try await fixture.session(), try await fixture.session())
    let id = try #require(dying.processID)
    async let failure: EngineError? = {
      do throws(EngineError) {
        try await dying.execute(WorkerFixture.endless)
        return nil
      } catch {
        return error
      }
    }()
    kill(id, signal)
    #expect(await failure == EngineError(.workerEnded))
    #expect(try await other.rows("SELECT 42::BIGINT") == [[.integer(42)]])
    await dying.close()
    await other.close()
    #expect(fixture.workers.figures.ended == 1)
    #expect(!Processes.isAlive(id))
  }

  /// Linux tells of an ended program as if it had held the memory of the one that started it.
  @Test func theMemoryOfTheServerIsNotItsWorkers() async throws {
    let settings = fixture.settings(memoryMiB: 64)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: settings.hardMemoryLimitBytes, alignment: 1)
    defer { memory.deallocate() }
    memset(memory, 1, settings.hardMemoryLimitBytes)
    let session = try await fixture.session(settings)
    kill(try #require(session.processID), SIGKILL)
    await #expect(throws: EngineError(.workerEnded)) { try await session.execute("SELECT 1") }
    await session.close()
    #expect(fixture.workers.figures.ended == 1)
    #expect(fixture.workers.figures.peakBytes < settings.hardMemoryLimitBytes)
  }

  @Test func aWorkerThatDiedWhileItWaitedIsReplaced() async throws {
    let fixture = try WorkerFixture(warmCount: 2)
    await fixture.workers.warmUp()
    for id in await fixture.workers.warmProcessIDs { kill(id, SIGKILL) }
    #expect(try await fixture.rows("SELECT 42::BIGINT") == [[.integer(42)]])
  }

  #if os(Linux)
    @Test func workersAreMadeWhenTheProcessTheyAreCopiesOfHasEnded() async throws {
      #expect(try await fixture.rows("SELECT 42::BIGINT") == [[.integer(42)]])
      await fixture.workers.coolDown()
      let source = try #require(await fixture.workers.sourceProcessID)
      kill(source, SIGKILL)
      #expect(try await fixture.rows("SELECT 42::BIGINT") == [[.integer(42)]])
      #expect(await fixture.workers.sourceProcessID != source)
    }
  #endif

  @Test func aProgramThatMakesNoWorkersIsRefused() async throws {
    let workers = EngineWorkers(program: "/bin/true", warmCount: 1, logger: Logger(label: "adyton.tests"))
    var settings = fixture.settings()
    settings.workers = workers
    let failure = try await fixture.failure(of: "SELECT 1", settings)
    #expect(failure == EngineError(.unavailable) || failure == EngineError(.workerEnded))
  }

  @Test func aRunIsKilledAtItsTimeLimit() async throws {
    let settings = fixture.settings(timeLimit: .milliseconds(300))
    #expect(try await fixture.failure(of: WorkerFixture.endless, settings) == EngineError(.timeout))
    #expect(fixture.workers.figures.timedOut == 1)
    #expect(fixture.workers.figures.running == 0)
  }

  @Test func cancellingTheTaskEndsItsRun() async throws {
    let (opened, yielded) = AsyncStream.makeStream(of: Void.self)
    let task = Task { [fixture] in
      try await TrustedSession.with(fixture.settings()) { session in
        yielded.yield()
        try await session.execute(WorkerFixture.endless)
      }
    }
    for await _ in opened { break }
    task.cancel()
    await #expect(throws: EngineError(.cancelled)) { try await task.value }
  }

  @Test func stoppingKillsTheWorker() async throws {
    let session = try await fixture.session()
    let id = try #require(session.processID)
    async let failure: EngineError? = {
      do throws(EngineError) {
        try await session.execute(WorkerFixture.endless)
        return nil
      } catch {
        return error
      }
    }()
    session.stop(.cancelled)
    #expect(await failure == EngineError(.cancelled))
    await session.close()
    #expect(!Processes.isAlive(id))
  }

  @Test func progressCrossesTheBoundary() async throws {
    let file = fixture.outputFolder.appending(path: "numbers.parquet").path(percentEncoded: false)
    _ = try await fixture.rows("COPY (SELECT range AS n FROM range(3_000_000)) TO '\(file)' (FORMAT parquet)")
    let (fractions, yielded) = AsyncStream.makeStream(of: Double.self)
    let task = Task { [fixture] in
      try await TrustedSession.with(fixture.settings(), folders: [fixture.outputFolder]) { session in
        // Slow enough to be looked at on the way.
        try await session.execute(
          "SELECT sum(length(md5(repeat(md5(n::VARCHAR), 300)))) FROM read_parquet('\(file)')",
          progress: { yielded.yield($0) })
      }
    }
    for await fraction in fractions {
      #expect(fraction > 0 && fraction <= 1)
      break
    }
    task.cancel()
    await #expect(throws: EngineError(.cancelled)) { try await task.value }
  }

  #if os(Linux)
    @Test func everyWallStands() async throws {
      let walls = try await fixture.workers.examine(in: fixture.spillFolder, settings: fixture.settings())
      #expect(walls.missing.isEmpty)
      #expect(walls.standing == Set(WorkerWalls.Wall.allCases))
    }
  #endif

  @Test func aProgramThatIsNoneIsNoWorker() async throws {
    let workers = EngineWorkers(program: "/nowhere/adyton", warmCount: 1, logger: Logger(label: "adyton.tests"))
    var settings = fixture.settings()
    settings.workers = workers
    #expect(try await fixture.failure(of: "SELECT 1", settings) == EngineError(.unavailable))
    await #expect(throws: EngineError(.unavailable)) {
      try await workers.examine(in: fixture.spillFolder, settings: settings)
    }
  }

  @Test func theMemoryOfWorkersIsToldWhileTheyAreThere() async throws {
    let fixture = try WorkerFixture(warmCount: 2)
    await fixture.workers.warmUp()
    #expect(await fixture.workers.memory().warm.count == 2)
    #expect(await fixture.workers.memory().running.isEmpty)
    let session = try await fixture.session()
    _ = try await session.rows("SELECT 1::BIGINT")
    let running = await fixture.workers.memory().running
    #expect(running.count == 1 && running.allSatisfy { $0 > 1 << 20 }, "\(running)")
    await session.close()
    try await pollingUntil { await fixture.workers.memory().running.isEmpty }
    await fixture.workers.coolDown()
  }

  @Test func nothingIsLeftOfASession() async throws {
    let session = try await fixture.session()
    let id = try #require(session.processID)
    _ = try await session.rows("SELECT 1::BIGINT")
    await session.close()
    try await pollingUntil { !Processes.isAlive(id) }
    let left = try FileManager.default.contentsOfDirectory(atPath: fixture.spillFolder.path(percentEncoded: false))
    #expect(left.isEmpty)
    await #expect(throws: EngineError(.unavailable)) { try await session.execute("SELECT 1") }
  }
}
