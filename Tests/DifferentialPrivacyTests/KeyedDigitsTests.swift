import Base
import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Digits that depend on the seed, the use and the place alone.
@Suite struct KeyedDigitsTests {
  private func digits(_ seed: NoiseSeed, _ use: RandomKey.Use, _ place: String, count: Int) -> [UInt32] {
    var digits = KeyedDigits(RandomKey(seed, for: use), place: Array(place.utf8))
    return (0..<count).map { _ in digits.digit() }
  }

  /// The first two blocks as Python computes them:
  /// `hmac.new(bytes(range(32)), b"\x01" + b"1:2:campaign" + (n).to_bytes(8, "big"), "sha512").hexdigest()`.
  @Test func digitsAreThoseOfTheKeyedHash() throws {
    let seed = try #require(NoiseSeed(bytes: Array(0..<32)))
    let blocks = [
      "7fc2cfa6d8334b2b0993d1d5d2fa44506f841152fe855562156b6ddc8e821ab5"
        + "d3a589765a2f7ab3ed35b296a10bd0592819d29f9d890e5ede5f14a65157035b",
      "1ea5097377ca2ce2737fbf35fea44fba1af50a904da2803b64c1e92a4b5112fe"
        + "ca8eef3095b79a27a51b91f54336ba7f0f4d39275644caa46ccb35cb2e43626d",
    ]
    let expected = try blocks.flatMap { block -> [UInt32] in
      let bytes = try #require(Hexadecimal.bytes(of: block))
      return stride(from: 0, to: bytes.count, by: 4).map { start in
        bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      }
    }
    #expect(digits(seed, .gaussian, "1:2:campaign", count: 32) == expected)
  }

  @Test func anotherSeedUseOrPlaceGivesOtherDigits() throws {
    let (one, other) = (try testSeed(1), try testSeed(2))
    let all = [
      digits(one, .gaussian, "a", count: 40), digits(other, .gaussian, "a", count: 40),
      digits(one, .exponential, "a", count: 40), digits(one, .choice, "a", count: 40),
      digits(one, .gaussian, "b", count: 40), digits(one, .gaussian, "", count: 40),
      digits(one, .gaussian, "a\0", count: 40),
    ]
    // Forty digits of 32 bits: not one is the same at the same place.
    for (index, left) in all.enumerated() {
      for right in all[(index + 1)...] { #expect(!zip(left, right).contains { $0 == $1 }) }
    }
    #expect(digits(one, .gaussian, "a", count: 40) == all[0])
  }

  @Test func noiseOfAPlaceIsTheSameAgain() throws {
    let gaussian = DiscreteGaussian(try .of("1000000"))
    let key = RandomKey(try testSeed(3), for: .gaussian)
    let noise = (0..<50).map { gaussian.sample(key, place: Array("group \($0)".utf8)) }
    #expect(noise == (0..<50).map { gaussian.sample(key, place: Array("group \($0)".utf8)) })
    #expect(Set(noise).count > 45)
  }

  /// Bytes of many places are equally likely, and so is the noise made of them.
  @Test func keyedNoiseFitsItsDistribution() throws {
    let key = RandomKey(try testSeed(4), for: .gaussian)
    var bytes = Array(repeating: 0, count: 256)
    for place in 0..<2_000 {
      for digit in digits(try testSeed(4), .gaussian, "\(place)", count: 8) { bytes[Int(digit & 0xFF)] += 1 }
    }
    #expect(ChiSquare.probability(observed: bytes, expected: bytes.map { _ in 1.0 / 256 }) > 1e-4)

    let scale = try GaussianScale.of("4")
    let gaussian = DiscreteGaussian(scale)
    var counts = Array(repeating: 0, count: 21)
    for place in 0..<20_000 {
      counts[Int(min(max(gaussian.sample(key, place: Array("\(place)".utf8)), -10), 10)) + 10] += 1
    }
    let weights = (-10...10).map { exp(-Double($0 * $0) / 8) }
    let total = weights.reduce(0, +)
    #expect(ChiSquare.probability(observed: counts, expected: weights.map { $0 / total }) > 1e-4)
  }

  @Test func seedsAreNeverShown() throws {
    let seed = try testSeed(5)
    for text in ["\(seed)", String(reflecting: seed), String(describing: [seed])] {
      #expect(!text.lowercased().contains(seed.hexadecimal.prefix(8)))
    }
    var dumped = ""
    dump(seed, to: &dumped)
    #expect(dumped.contains("hidden") && !dumped.contains("bytes"))
    #expect(NoiseSeed(hexadecimal: seed.hexadecimal) == seed)
    #expect(NoiseSeed(bytes: [1, 2]) == nil && NoiseSeed(hexadecimal: "zz") == nil)
  }
}
