import ObjectStorage
import S3TestSupport
import Synchronization

/// A ledger that forgets everything with the test.
final class MemoryLedger: ObjectLedger {
  private let generations = Mutex<[ObjectKey: Int]>([:])

  func generation(of key: ObjectKey) -> Int? { generations.withLock { $0[key] } }

  func record(_ generation: Int, of key: ObjectKey) {
    generations.withLock { $0[key] = max($0[key] ?? 0, generation) }
  }

  func forget(_ key: ObjectKey) { generations.withLock { $0[key] = nil } }
}

/// A storage with a ledger.
struct LedgeredStorage: ForwardingStorage {
  let base: any ObjectStorage
  let ledger: (any ObjectLedger)?

  init(_ base: any ObjectStorage, _ ledger: MemoryLedger = MemoryLedger()) {
    (self.base, self.ledger) = (base, ledger)
  }
}
