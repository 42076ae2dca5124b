import Base
import Crypto
import Foundation
import Synchronization

/// The keys of one purpose: the present one signs and seals; those that it replaced are good for checking until
/// everything that they signed has run out.
final class ServerKeyRing: Sendable {
  /// A key that was replaced.
  struct Retired: Sendable {
    var value: Data
    var validUntil: Date
  }

  private struct Keys {
    var present: SymmetricKey
    var retired: [Retired] = []
  }

  private let keys: Mutex<Keys>
  private let clock: any WallClock

  init(present: Data, clock: any WallClock = SystemClock()) {
    keys = Mutex(Keys(present: SymmetricKey(data: present)))
    self.clock = clock
  }

  /// The key that signs and seals.
  var present: SymmetricKey { keys.withLock { $0.present } }

  /// The keys that something may have been signed or sealed with, the present one first.
  var valid: [SymmetricKey] {
    let now = clock.now
    return keys.withLock { keys in
      [keys.present] + keys.retired.filter { $0.validUntil > now }.map { SymmetricKey(data: $0.value) }
    }
  }

  /// The content of a box that one of the valid keys has sealed; nil for any other box.
  func open(_ box: AES.GCM.SealedBox, authenticating data: Data) -> Data? {
    valid.lazy.compactMap { try? AES.GCM.open(box, using: $0, authenticating: data) }.first
  }

  /// Takes the keys that the store has now.
  func update(present: Data, retired: [Retired]) {
    keys.withLock { $0 = Keys(present: SymmetricKey(data: present), retired: retired) }
  }
}
