import CleanRoom
import ServerTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RowTrafficTests {
  @Test func oneAloneWaitsForThoseSideBySide() async throws {
    let traffic = RowTraffic()
    let log = Mutex<[String]>([])
    let areBothIn = [Gate(), Gate()]
    let mayLeave = Gate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<2 {
        group.addTask {
          try await traffic.sideBySide("a") {
            areBothIn[number].open()
            await mayLeave.pass()
            log.withLock { $0.append("beside") }
          }
        }
      }
      for gate in areBothIn { await gate.pass() }
      group.addTask { try await traffic.alone("a") { log.withLock { $0.append("alone") } } }
      // Another instance has a lane of its own.
      try await traffic.alone("b") { log.withLock { $0.append("other") } }
      mayLeave.open()
      try await group.waitForAll()
    }
    #expect(log.withLock { $0 } == ["other", "beside", "beside", "alone"])
  }

  @Test func whoeverIsCancelledLetsTheOthersIn() async throws {
    let traffic = RowTraffic()
    let isIn = Gate()
    let mayLeave = Gate()
    let holder = Task {
      try await traffic.sideBySide("a") {
        isIn.open()
        await mayLeave.pass()
      }
    }
    await isIn.pass()
    let waiting = Task { try await traffic.alone("a") {} }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    // Nobody is in the way of the next one.
    try await traffic.sideBySide("a") {}
    mayLeave.open()
    try await holder.value
    try await traffic.alone("a") {}
  }

  @Test func workThatFailsLeaves() async throws {
    struct Failure: Error {}
    let traffic = RowTraffic()
    await #expect(throws: Failure.self) { try await traffic.alone("a") { throw Failure() } }
    try await traffic.alone("a") {}
  }

  /// Many at once: nobody is ever beside one who is alone, and everyone comes through.
  @Test func nobodyIsBesideOneWhoIsAlone() async throws {
    let traffic = RowTraffic()
    let state = Mutex((besides: 0, alones: 0, done: 0, isBroken: false))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          if number % 5 == 0 {
            try await traffic.alone("a") {
              state.withLock { state in
                state.alones += 1
                if state.besides > 0 || state.alones > 1 { state.isBroken = true }
              }
              await Task.yield()
              state.withLock { $0.alones -= 1; $0.done += 1 }
            }
          } else {
            try await traffic.sideBySide("a") {
              state.withLock { state in
                state.besides += 1
                if state.alones > 0 { state.isBroken = true }
              }
              await Task.yield()
              state.withLock { $0.besides -= 1; $0.done += 1 }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(state.withLock { $0.done } == 200)
    #expect(!state.withLock { $0.isBroken })
  }
}
