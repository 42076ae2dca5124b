import CTestSetup
import Synchronization
import Testing

/// Holds that only a few tests run at once; a newer Swift Testing could read the bound from elsewhere.
@Suite struct TestWidthTests {
  private static let running = Mutex(0)

  /// Cases that all start together where nothing bounds them: each gives way to the others many times.
  @Test(arguments: 0..<200) func fewTestsRunAtOnce(_: Int) async {
    let count = Self.running.withLock { running in
      running += 1
      return running
    }
    #expect(count <= Int(ctestsetup_width()))
    for _ in 0..<100 { await Task.yield() }
    Self.running.withLock { $0 -= 1 }
  }
}
