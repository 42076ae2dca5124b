import AdvertiserData
import CleanRoom
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// The work that was admitted at the same time.
private final class Visits: Sendable {
  private struct State {
    var names: [String] = []
    var sideBySideCount = 0
    var aloneCount = 0
    var isBroken = false
  }

  private let state = Mutex(State())

  var names: [String] { state.withLock { $0.names } }
  /// Whether anybody was beside one who is alone.
  var isBroken: Bool { state.withLock { $0.isBroken } }

  func note(_ name: String) { state.withLock { $0.names.append(name) } }

  func visit(alone: Bool) async {
    state.withLock { state in
      if alone { state.aloneCount += 1 } else { state.sideBySideCount += 1 }
      if state.aloneCount > 1 || (state.aloneCount == 1 && state.sideBySideCount > 0) { state.isBroken = true }
    }
    await Task.yield()
    state.withLock { state in
      if alone { state.aloneCount -= 1 } else { state.sideBySideCount -= 1 }
      state.names.append(alone ? "alone" : "beside")
    }
  }
}

@Suite(.hangLimit)
struct ReadWriteLockTests {
  @Test func exclusiveWorkWaitsForSharedWork() async throws {
    let traffic = ReadWriteLock()
    let log = Visits()
    let areBothIn = [Gate(), Gate()]
    let mayLeave = Gate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<2 {
        group.addTask {
          try await traffic.shared("a") {
            areBothIn[number].open()
            await mayLeave.pass()
            log.note("beside")
          }
        }
      }
      for gate in areBothIn { await gate.pass() }
      group.addTask { try await traffic.exclusive("a") { log.note("alone") } }
      // Another instance has a lane of its own.
      try await traffic.exclusive("b") { log.note("other") }
      mayLeave.open()
      try await group.waitForAll()
    }
    #expect(log.names == ["other", "beside", "beside", "alone"])
  }

  @Test func cancelledWorkAdmitsTheNext() async throws {
    let traffic = ReadWriteLock()
    let isIn = Gate()
    let mayLeave = Gate()
    let holder = Task {
      try await traffic.shared("a") {
        isIn.open()
        await mayLeave.pass()
      }
    }
    await isIn.pass()
    let waiting = Task { try await traffic.exclusive("a") {} }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    // Nobody is in the way of the next one.
    try await traffic.shared("a") {}
    mayLeave.open()
    try await holder.value
    try await traffic.exclusive("a") {}
  }

  @Test func failedWorkReleasesTheLock() async throws {
    struct Failure: Error {}
    let traffic = ReadWriteLock()
    await #expect(throws: Failure.self) { try await traffic.exclusive("a") { throw Failure() } }
    try await traffic.exclusive("a") {}
  }

  /// Many at once: nobody is ever beside one who is alone, and everyone comes through.
  @Test func exclusiveWorkRunsAlone() async throws {
    let traffic = ReadWriteLock()
    let log = Visits()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          if number % 5 == 0 {
            try await traffic.exclusive("a") { await log.visit(alone: true) }
          } else {
            try await traffic.shared("a") { await log.visit(alone: false) }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(log.names.count == 200)
    #expect(!log.isBroken)
  }
}
