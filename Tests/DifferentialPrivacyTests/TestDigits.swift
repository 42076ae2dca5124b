import Foundation
import TestSupport

@testable import DifferentialPrivacy

/// Random digits of a seed, the same each time.
struct TestDigits: RandomDigits {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func digit() -> UInt32 { UInt32(truncatingIfNeeded: generator.next() >> 32) }
}

/// Digits that are given, one after the other.
struct GivenDigits: RandomDigits {
  private var digits: [UInt32]
  private(set) var usedCount = 0

  init(_ digits: [UInt32]) { self.digits = digits }

  mutating func digit() -> UInt32 {
    defer { usedCount += 1 }
    return digits[usedCount]
  }
}

/// A seed of noise for a test, made of a number.
func testSeed(_ number: UInt64) throws -> NoiseSeed {
  var generator = SeededGenerator(seed: number)
  let bytes = (0..<NoiseSeed.byteCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  guard let seed = NoiseSeed(bytes: bytes) else { throw NoSuchScale() }
  return seed
}

struct NoSuchScale: Error {}

extension GaussianScale {
  /// The scale of a fraction.
  static func of(_ numerator: String, _ denominator: String = "1") throws -> GaussianScale {
    guard let scale = GaussianScale(numerator: numerator, denominator: denominator) else { throw NoSuchScale() }
    return scale
  }
}
