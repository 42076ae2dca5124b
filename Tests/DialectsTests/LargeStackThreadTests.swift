import TestSupport
import Testing

@testable import Dialects

@Suite struct LargeStackThreadTests {
  /// Compiling takes a thread of its own where the caller's stack is too small.
  @Test func theCallersThreadIsFreeMeanwhile() async {
    #expect(await OneThread.isFree { work in await LargeStackThread.run(bytes: 64 << 20) { work() } })
  }
}
