import DifferentialPrivacy
import Foundation

/// The functions that protected queries call in noise mode. Clients' queries can't name them.
///
/// Each takes a seed, 64 hexadecimal digits, and a place: a text that no other figure of the query has. The same seed
/// and place give the same result. An argument that is NULL or makes no sense ends the statement, so that no figure
/// ever appears with less noise than was meant.
enum NoiseFunctions {
  /// `adyton_noise(seed, place, numerator, denominator)`: a HUGEINT from the discrete Gaussian whose σ² is the fraction
  /// of two decimal texts.
  private static let noise = "adyton_noise"
  /// `adyton_choice(seed, place)`: a UBIGINT by which the groups of a user are put into an order.
  private static let choice = "adyton_choice"
  /// `adyton_exponential(seed, place, counts, fraction, numerator, denominator)`: the index, from 0, of a cell in which
  /// the percentile `fraction` lies, as a BIGINT, chosen with the ε that is the fraction of two decimal texts. `counts`
  /// is a BIGINT[] of the values in each cell, in the cells' order; each user has at most one of them.
  private static let exponential = "adyton_exponential"

  private struct InvalidArgument: Error {}

  static let functions = [
    ScalarFunction(noise, [.text, .text, .text, .text], .hugeInteger) { arguments, results in
      let (seeds, places) = (arguments.texts(0), arguments.texts(1))
      let (numerators, denominators) = (arguments.texts(2), arguments.texts(3))
      var keys = RememberedValue { RandomKey(seed: $0, for: .gaussian) }
      var scales = RememberedValue { numerator, denominator in
        GaussianScale(numerator: numerator, denominator: denominator).map(DiscreteGaussian.init)
      }
      try results.fill { row in
        let key = try keys.value(for: seeds.bytes(row))
        let distribution = try scales.value(for: numerators.bytes(row), denominators.bytes(row))
        guard let place = places.bytes(row) else { throw InvalidArgument() }
        return ScalarFunction.HugeInteger(distribution.sample(key, place: place))
      }
    },
    ScalarFunction(choice, [.text, .text], .unsignedInteger) { arguments, results in
      let (seeds, places) = (arguments.texts(0), arguments.texts(1))
      // Millions of rows pass here, and no proof rests on the order, so a faster keyed hash is enough.
      var keys = RememberedValue { seed in
        RandomKey(seed: seed, for: .choice).flatMap { HashKey(bytes: $0.bytes(count: HashKey.byteCount)) }
      }
      try results.fill { row in
        let key = try keys.value(for: seeds.bytes(row))
        guard let place = places.bytes(row) else { throw InvalidArgument() }
        return key.hash64(place)
      }
    },
    ScalarFunction(exponential, [.text, .text, .integers, .double, .text, .text], .integer) { arguments, results in
      let (seeds, places, fractions) = (arguments.texts(0), arguments.texts(1), arguments.doubles(3))
      let (numerators, denominators) = (arguments.texts(4), arguments.texts(5))
      var keys = RememberedValue { RandomKey(seed: $0, for: .exponential) }
      var scales = RememberedValue { numerator, denominator in
        ExponentialScale(numerator: numerator, denominator: denominator)
      }
      try results.fill { row in
        let key = try keys.value(for: seeds.bytes(row))
        let scale = try scales.value(for: numerators.bytes(row), denominators.bytes(row))
        guard let place = places.bytes(row), !arguments.isNull(3, row: row),
          let counts = arguments.integerList(2, row: row),
          let index = PercentileChoice(fraction: fractions[row], scale: scale)?.sample(
            key, place: place, counts: counts)
        else { throw InvalidArgument() }
        return Int64(index)
      }
    },
  ]

  /// The value of one or two texts of the last row: in all rows of a chunk they are mostly the same.
  private struct RememberedValue<Value> {
    private let make: (String, String) -> Value?
    private var first = UnsafeRawBufferPointer(start: nil, count: 0)
    private var second = UnsafeRawBufferPointer(start: nil, count: 0)
    private var value: Value?

    init(_ make: @escaping (String, String) -> Value?) { self.make = make }

    init(_ make: @escaping (String) -> Value?) { self.init { text, _ in make(text) } }

    mutating func value(for text: UnsafeRawBufferPointer?) throws(InvalidArgument) -> Value {
      try value(for: text, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// The value for these texts, which stay where they are as long as this is used; throws where one of them is NULL
    /// or no value can be made of them.
    mutating func value(
      for one: UnsafeRawBufferPointer?, _ other: UnsafeRawBufferPointer?
    ) throws(InvalidArgument) -> Value {
      guard let one, let other else { throw InvalidArgument() }
      if let value, Self.isSame(one, first), Self.isSame(other, second) { return value }
      guard let new = make(String(decoding: one, as: UTF8.self), String(decoding: other, as: UTF8.self)) else {
        throw InvalidArgument()
      }
      (first, second, value) = (one, other, new)
      return new
    }

    /// Equal texts of one statement are often at the same place.
    private static func isSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
      guard one.count == other.count else { return false }
      guard one.baseAddress != other.baseAddress, let left = one.baseAddress, let right = other.baseAddress else {
        return true
      }
      return memcmp(left, right, one.count) == 0
    }
  }
}

extension RandomKey {
  /// The key of a seed's digits; nil where they are none.
  fileprivate init?(seed: String, for use: Use) {
    guard let seed = NoiseSeed(hexadecimal: seed) else { return nil }
    self.init(seed, for: use)
  }
}
