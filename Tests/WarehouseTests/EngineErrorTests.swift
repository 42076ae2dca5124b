import Foundation
import ObjectStorage
import Testing

@testable import Dialects
@testable import Warehouse

@Suite struct EngineErrorTests {
  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  private func failure(of sql: String, settings: EngineSettings? = nil) async throws -> EngineError? {
    let engine = try DuckDBEngine(settings: settings ?? warehouse.settings)
    let query = warehouse.query(sql, sources: [warehouse.source("people", [("name", .string), ("n", .bigint)])])
    let output = try warehouse.output()
    do throws(EngineError) {
      _ = try await engine.run(query, signals: warehouse.snapshot, output: output)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "SELECT CAST(name AS BIGINT) AS x FROM people",
    "SELECT CAST(name AS DATE) AS x FROM people",
    "SELECT n * 9223372036854775807 AS x FROM people",
    "SELECT CAST(n * 1000 AS TINYINT) AS x FROM people",
    "SELECT CAST(n AS DECIMAL(2, 2)) AS x FROM people",
    "SELECT error(name) AS x FROM people",
  ])
  func dataNeverShowsInAnError(_ sql: String) async throws {
    try await warehouse.publish("SELECT 'Walburga-4711' AS name, 4711::BIGINT AS n", to: "people")
    let error = try #require(try await failure(of: sql))
    #expect(error.code == .invalidValue)
    for text in [error.message, "\(error)", String(reflecting: error)] {
      #expect(!text.contains("Walburga"))
      #expect(!text.contains("4711"))
    }
  }

  @Test func missingFilesAreDamage() async throws {
    try await warehouse.publish("SELECT 'a' AS name, 1::BIGINT AS n", to: "people")
    let snapshot = warehouse.snapshot
    for location in try await snapshot.files(of: "people", days: nil) {
      try FileManager.default.removeItem(atPath: location.path)
    }
    let query = warehouse.query("FROM people", sources: [warehouse.source("people", [("name", .string)])])
    let error = await #expect(throws: EngineError.self) {
      try await warehouse.engine.run(query, signals: snapshot, output: warehouse.output())
    }
    #expect(error?.code == .damagedData)
  }

  /// A list of all values cannot spill, so memory runs out.
  @Test func tooLittleMemoryIsReported() async throws {
    var settings = warehouse.settings
    settings.memoryLimitBytes = EngineSettings.smallestMemoryLimitBytes
    let error = try await failure(of: "SELECT len(list(i)) AS n FROM range(100_000_000) r(i)", settings: settings)
    #expect(error == EngineError(.outOfMemory))
  }

  @Test func tooLittleSpillSpaceIsReported() async throws {
    var settings = warehouse.settings
    settings.threads = 1
    settings.memoryLimitBytes = 128 << 20
    settings.spillLimitBytes = 1 << 20
    let sql = "SELECT hash(i) AS h, md5(i::VARCHAR) AS m FROM range(20_000_000) r(i) ORDER BY 1"
    #expect(try await failure(of: sql, settings: settings) == EngineError(.spillFull))
  }

  @Test func largeQueriesSpill() async throws {
    var settings = warehouse.settings
    settings.memoryLimitBytes = 192 << 20
    let sql = "SELECT hash(i) AS h, md5(i::VARCHAR) AS m FROM range(8_000_000) r(i) ORDER BY 1"
    #expect(try await failure(of: sql, settings: settings) == nil)
  }

  @Test func everyCodeIsStableAndHasAText() {
    let codes = EngineError.Code.allCases
    #expect(codes.allSatisfy { $0.rawValue.hasPrefix("engine_") && !EngineError($0).message.isEmpty })
    #expect(Set(codes.map { EngineError($0).message }).count == codes.count)
  }
}

@Suite struct EngineStoppingTests {
  /// Pairs that take the engine far longer than any test runs.
  static let endless = "SELECT count(*) AS n FROM range(20_000_000) a(i), range(20_000_000) b(j) WHERE hash(i, j) = 1"

  let warehouse: TestWarehouse

  init() throws { warehouse = try TestWarehouse() }

  @Test func cancellingTheTaskStopsARunningQuery() async throws {
    let (started, startedContinuation) = AsyncStream.makeStream(of: Void.self)
    let task = Task { [warehouse] in
      let query = warehouse.query(Self.endless)
      return try await warehouse.engine.run(query, signals: warehouse.snapshot, output: warehouse.output()) { _ in
        startedContinuation.yield()
      }
    }
    for await _ in started { break }
    task.cancel()
    await #expect(throws: EngineError(.cancelled)) { try await task.value }
  }

  @Test func aTaskCancelledBeforehandEnds() async throws {
    let task = Task { [warehouse] in
      withUnsafeCurrentTask { $0?.cancel() }
      let query = warehouse.query(Self.endless)
      return try await warehouse.engine.run(query, signals: warehouse.snapshot, output: warehouse.output())
    }
    await #expect(throws: EngineError(.cancelled)) { try await task.value }
  }

  /// The engine loses the interruption of an idle connection; the request to stop must not be lost.
  @Test func stoppingBetweenStatementsIsNoticed() async throws {
    let session = EngineSession(settings: warehouse.settings)
    try await session.open(SessionAccess())
    session.control.stop(.cancelled)
    await #expect(throws: EngineError(.cancelled)) { try await session.execute("SELECT 1") }
    await session.close()
  }

  @Test func theTimeLimitEndsAQuery() async throws {
    var settings = warehouse.settings
    settings.timeLimit = .milliseconds(300)
    let engine = try DuckDBEngine(settings: settings)
    await #expect(throws: EngineError(.timeout)) {
      try await engine.run(warehouse.query(Self.endless), signals: warehouse.snapshot, output: warehouse.output())
    }
  }

  @Test func closedSessionsRefuseStatements() async throws {
    let session = EngineSession(settings: warehouse.settings)
    await #expect(throws: EngineError(.unavailable)) { try await session.execute("SELECT 1") }
  }
}

@Suite struct SerialThreadTests {
  /// Blocking work for more threads than there are processors must not delay timers and files.
  @Test func concurrentRunsCanAllBeStopped() async throws {
    let warehouse = try TestWarehouse()
    var settings = warehouse.settings
    settings.threads = 1
    settings.timeLimit = .milliseconds(500)
    let engine = try DuckDBEngine(settings: settings)
    let count = ProcessInfo.processInfo.activeProcessorCount * 2 + 2
    try await withThrowingTaskGroup(of: EngineError?.self) { group in
      for number in 0..<count {
        let output = try warehouse.output("result-\(number).parquet")
        group.addTask {
          do throws(EngineError) {
            let query = warehouse.query(EngineStoppingTests.endless)
            _ = try await engine.run(query, signals: warehouse.snapshot, output: output)
            return nil
          } catch {
            return error
          }
        }
      }
      for try await error in group { #expect(error == EngineError(.timeout)) }
    }
  }

  @Test func jobsRunInOrderOnOneThread() async throws {
    actor Recorder {
      private let thread = SerialThread(label: "test")
      nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
      var threads: Set<ObjectIdentifier> = []
      var numbers: [Int] = []
      func record(_ number: Int) {
        numbers.append(number)
        threads.insert(ObjectIdentifier(Thread.current))
      }
    }
    let recorder = Recorder()
    for number in 0..<100 { await recorder.record(number) }
    #expect(await recorder.numbers == Array(0..<100))
    #expect(await recorder.threads.count == 1)
  }
}
