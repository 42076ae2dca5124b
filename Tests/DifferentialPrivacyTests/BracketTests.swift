import BigInt
import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Bounds that surely contain the number.
@Suite struct BracketTests {
  private static let unit = BigInt(1) << Bracket.fractionBits

  /// Whether a fraction is within bounds, in whole numbers.
  private func contains(_ bracket: Bracket, _ numerator: BigInt, over denominator: BigInt) -> Bool {
    bracket.lower * denominator <= numerator * Self.unit && numerator * Self.unit <= bracket.upper * denominator
  }

  @Test func operationsContainTheExactFraction() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<400 {
      let numbers = (0..<2).map { _ in BigInt(Int64.random(in: -1_000_000...1_000_000, using: &generator)) }
      let denominators = (0..<2).map { _ in BigInt(Int64.random(in: 1...1_000_000, using: &generator)) }
      let (a, b) = (Bracket(numbers[0], over: denominators[0]), Bracket(numbers[1], over: denominators[1]))
      #expect(contains(a, numbers[0], over: denominators[0]))
      let product = denominators[0] * denominators[1]
      #expect(contains(a + b, numbers[0] * denominators[1] + numbers[1] * denominators[0], over: product))
      #expect(contains(a - b, numbers[0] * denominators[1] - numbers[1] * denominators[0], over: product))
      #expect(contains(a * b, numbers[0] * numbers[1], over: product))
      if numbers[1] > 0 {
        #expect(contains(a / b, numbers[0] * denominators[1], over: denominators[0] * numbers[1]))
        #expect(contains(a / 7, numbers[0], over: denominators[0] * 7))
      }
      for bracket in [a + b, a - b, a * b] { #expect(bracket.upper - bracket.lower <= 1_000_000_000) }
    }
  }

  @Test func quotientsAreRoundedDownAndUp() {
    for number in -20...20 {
      for divisor in 1...6 {
        let exact = Double(number) / Double(divisor)
        #expect(BigInt(number).dividedDown(by: BigInt(divisor)) == BigInt(exact.rounded(.down)))
        #expect(BigInt(number).dividedUp(by: BigInt(divisor)) == BigInt(exact.rounded(.up)))
      }
      for count in -3...5 {
        let exact = Double(number) * pow(2, -Double(count))
        #expect(BigInt(number).halvedDown(count) == BigInt(exact.rounded(.down)))
        #expect(BigInt(number).halvedUp(count) == BigInt(exact.rounded(.up)))
      }
    }
  }

  /// e^-1 and ln 10 to 50 digits, as published (OEIS A068985 and A002392).
  @Test func exponentialsAndLogarithmsAreThosePublished() {
    let ten50 = BigInt(10).power(50)
    let inverse = BigInt("36787944117144232159552377016146086744581113103176")
    let logarithm = BigInt("230258509299404568401799145468436420760110148862877")
    for (bracket, digits) in [(Bracket.one.exponentialOfNegation, inverse), (Bracket(10.0).logarithm, logarithm)] {
      // The published digits are rounded.
      #expect(bracket.lower * ten50 >= (digits - 1) * Self.unit)
      #expect(bracket.upper * ten50 <= (digits + 1) * Self.unit)
      #expect(bracket.upper - bracket.lower < 1 << 20)
    }
  }

  @Test func functionsContainWhatFloatingPointApproximates() {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<60 {
      let x = exp(Double.random(in: -12...5, using: &generator))
      let power = Bracket(x).exponentialOfNegation
      #expect(power.lowerDouble <= exp(-x) * (1 + 1e-12) && power.upperDouble >= exp(-x) * (1 - 1e-12))
      #expect(power.upperDouble - power.lowerDouble <= 1e-15 * power.upperDouble + 1e-50)
      let log = Bracket(x).logarithm
      #expect(log.lowerDouble <= Foundation.log(x) + 1e-12 && log.upperDouble >= Foundation.log(x) - 1e-12)
      // The logarithm of the exponential is the number again, and surely within the bounds.
      let back = -power.logarithm
      #expect(back.lower <= Bracket(x).lower && Bracket(x).upper <= back.upper)
    }
    #expect(Bracket(1_000.0).exponentialOfNegation.lower == 0)
    #expect(Bracket(0.0).exponentialOfNegation.upper >= Bracket.one.upper)
  }

  @Test func doublesAreRoundedOutwards() {
    let third = Bracket(1, over: 3)
    #expect(third.upperDouble == third.lowerDouble.nextUp)
    #expect(third.lowerDouble <= 1.0 / 3 && third.upperDouble >= 1.0 / 3)
    for value in [0, 1, 0.5, 3.25, -7.75, 1e-9, 123_456.789] {
      #expect(Bracket(value).lowerDouble == value && Bracket(value).upperDouble == value)
    }
    let negative = Bracket(-1, over: 3)
    #expect(negative.lowerDouble == -third.upperDouble && negative.upperDouble == -third.lowerDouble)
  }
}
