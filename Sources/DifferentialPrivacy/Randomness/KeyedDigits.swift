import Crypto
public import Foundation

/// Random digits for one place: the same seed and place give the same digits again, and without the seed nobody can
/// tell them from digits of a fair coin.
///
/// The digits are those of HMAC-SHA-512(seed, use ‖ place ‖ n) for n = 0, 1, 2, …, with the use in one byte and n in
/// eight. Inputs are the same only for the same use, place and n. That the function is pseudo-random (RFC 2104; Bellare
/// 2006) is the one assumption on which the noise rests; see `docs/differential-privacy/randomness.md`.
public struct KeyedDigits: RandomDigits {
  private let start: HMAC<SHA512>
  private var blockNumber: UInt64 = 0
  private var block: SIMD16<UInt32> = .zero
  private var usedDigits = Self.digitsPerBlock

  private static let digitsPerBlock = 16

  /// The digits for a place.
  public init(_ key: RandomKey, place: some DataProtocol) {
    var start = key.start
    start.update(data: place)
    self.start = start
  }

  public mutating func digit() -> UInt32 {
    if usedDigits == Self.digitsPerBlock { nextBlock() }
    defer { usedDigits += 1 }
    return UInt32(littleEndian: block[usedDigits])
  }

  private mutating func nextBlock() {
    var code = start
    withUnsafeBytes(of: blockNumber.bigEndian) { code.update(data: $0) }
    block = code.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD16<UInt32>.self) }
    blockNumber += 1
    usedDigits = 0
  }
}

/// A seed for one use, prepared so that the digits of many places cost little.
public struct RandomKey: Sendable {
  /// The uses of a seed. Each has other digits, also for the same place.
  public enum Use: UInt8, Sendable {
    case gaussian = 1
    case exponential = 2
    case choice = 3
  }

  let start: HMAC<SHA512>

  public init(_ seed: NoiseSeed, for use: Use) {
    var start = HMAC<SHA512>(key: SymmetricKey(data: seed.bytes))
    start.update(data: [use.rawValue])
    self.start = start
  }

  /// The first bytes of the key's own code, as the key of another function; at most 64.
  package func bytes(count: Int) -> [UInt8] { Array(start.finalize().prefix(count)) }
}
