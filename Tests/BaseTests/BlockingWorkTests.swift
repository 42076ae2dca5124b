import Base
import TestSupport
import Testing

@Suite struct BlockingWorkTests {
  private struct Failure: Error {}

  @Test func theCallersThreadIsFreeMeanwhile() async {
    #expect(await OneThread.isFree { work in await BlockingWork.run { work() } })
  }

  @Test func resultsAndErrorsComeBack() async {
    #expect(await BlockingWork.run { 1 } == 1)
    await #expect(throws: Failure.self) {
      try await BlockingWork.run { () throws(Failure) -> Int in throw Failure() }
    }
  }
}
