import Foundation
import TestSupport
import Testing

@testable import DifferentialPrivacy

/// Samplers and accountant against OpenDP 0.16.
///
/// OpenDP draws from the system's randomness, so that each run has other numbers. Fits are accepted down to one in a
/// hundred million.
@Suite struct OpenDPTests {
  private static let leastFit = 1e-8
  private static let runs = 5_000

  /// Pairs of ρ and δ.
  private static let losses = [
    (0.5, 1e-6), (0.1, 1e-5), (1, 1e-8), (0.0172, 1e-8), (4.6342, 5e-7), (0.0001, 1e-9), (10, 1e-10), (1e-6, 1e-8),
  ]

  @Test func epsilonIsThatOfOpenDP() throws {
    let questions = Self.losses.map { "[\($0.0), \($0.1)]" }.joined(separator: ", ")
    let answers = try OpenDPReference.answers(to: Self.questions(epsilons: questions)).epsilons
    for ((rho, delta), expected) in zip(Self.losses, answers) {
      let epsilon = PrivacyLoss(ticks: Int64((rho * 0x1p40).rounded())).epsilon(delta: delta)
      // A step of ρ is 2^-40.
      #expect(abs(epsilon / expected - 1) < max(1e-11, 0x1p-40 / rho), "ρ \(rho), δ \(delta): \(epsilon), \(expected)")
    }
  }

  /// The noise for a sensitivity and a loss has that loss in OpenDP's eyes as well.
  @Test func noiseHasTheLossThatOpenDPStates() throws {
    let claimed = [(1, 0.5), (9, 0.02), (1_000_000, 0.001), (64, 3)]
    let scales = try claimed.map { squared, rho in
      try #require(GaussianScale(sensitivitySquared: UInt128(squared), loss: PrivacyLoss(ticks: Int64(rho * 0x1p40))))
    }
    let choices = try [0.5, 0.02, 0.001].map { rho in
      (rho, try #require(ExponentialScale(groupsPerUser: 1, loss: PrivacyLoss(ticks: Int64(rho * 0x1p40)))))
    }
    let gaussians = zip(claimed, scales).map {
      #"["gaussian", \#($1.standardDeviation), \#(Double($0.0).squareRoot())]"#
    }
    // exp(-ε miss / (2 Δ)) with Δ = 1 is a noisy maximum of scale 2/ε.
    let maxima = choices.map { #"["maximum", \#(2 / $1.epsilon), 1.0]"# }
    let questions = (gaussians + maxima).joined(separator: ", ")
    let answers = try OpenDPReference.answers(to: Self.questions(losses: questions)).losses
    let expected = claimed.map(\.1) + choices.map(\.0)
    #expect(answers.count == expected.count)
    for (stated, rho) in zip(answers, expected) {
      #expect(stated <= rho * (1 + 1e-12) && stated > rho * (1 - 1e-6), "ρ \(rho): \(stated)")
    }
  }

  @Test func samplesAreLikeThoseOfOpenDP() throws {
    let gaussians = [("9", "16", 0.75), ("1", "1", 1), ("25", "1", 5), ("1000000", "1", 1_000)]
    let seed = SeededGenerator.seed(standard: 616)
    let questions =
      (gaussians.map { #"["gaussian", \#($0.2), \#(Self.runs)]"# } + [#"["laplace", 4.0, \#(Self.runs)]"#])
    let answers = try OpenDPReference.answers(to: Self.questions(samples: questions.joined(separator: ", "))).samples
    var digits = TestDigits(seed: seed)
    var ours = try gaussians.map { numerator, denominator, _ in
      let gaussian = DiscreteGaussian(try .of(numerator, denominator))
      return (0..<Self.runs).map { _ in Int(gaussian.sample(&digits)) }
    }
    ours.append(
      (0..<Self.runs).map { _ in
        let (magnitude, isNegative) = digits.discreteLaplace(scaleExponent: 2)
        return isNegative ? -Int(magnitude) : Int(magnitude)
      })
    for (index, (left, right)) in zip(ours, answers).enumerated() {
      let fit = Self.fit(left, right, cell: index == 3 ? 100 : 1)
      #expect(fit > Self.leastFit, "\(questions[index]), seed \(seed): p = \(fit)")
      // Samples of another scale are told apart.
      #expect(Self.fit(left.map { $0 * 5 / 4 }, right, cell: index == 3 ? 100 : 1) < Self.leastFit || index < 2)
    }
  }

  @Test func percentilesAreChosenAsOpenDPChooses() throws {
    let counts: [Int64] = [0, 3, 5, 2, 0, 0, 1]
    let scale = try #require(ExponentialScale(numerator: "1", denominator: "2"))
    let choice = try #require(PercentileChoice(fraction: 0.5, scale: scale))
    // Misses are in millionths, and ε is 1/2, so that the exponent is -score / 2 for Δ = 1/2.
    let scores = choice.misses(of: counts).map { -Double($0) / 1e6 }
    let answers = try OpenDPReference.answers(to: Self.questions(choices: "[\(scores), 2.0, 8000]")).choices
    var digits = TestDigits(seed: 617)
    let theirs = try #require(answers.first)
    let ours = try (0..<8_000).map { _ in try #require(choice.sample(&digits, counts: counts)) }
    let fit = Self.fit(ours, theirs, cell: 1)
    #expect(fit > Self.leastFit, "p = \(fit)")
  }

  /// Keys with one user appear as rarely as with OpenDP's mechanism of the same threshold, and no more often than δ.
  ///
  /// OpenDP 0.16 states a δ that its keys exceed where the noise is small: it is that of the normal distribution. So
  /// the keys are counted.
  @Test func selectionsAreAsRareAsThoseOfOpenDP() throws {
    let keys = 40_000
    for (variance, deviation, delta) in [("1", 1.0, 0.05), ("16", 4, 0.02), ("100", 10, 0.001)] {
      let scale = try GaussianScale.of(variance)
      let loss = PrivacyLoss(selectionDelta: delta)
      let threshold = SelectionThreshold.least(groupsPerUser: 1, scale: scale, loss: loss)
      let question = Self.questions(selections: "[\(deviation), \(threshold), \(keys)]")
      let answers = try OpenDPReference.answers(to: question).selections
      let (theirs, stated) = (Int(answers[0][0]), answers[0][1])
      let gaussian = DiscreteGaussian(scale)
      var digits = TestDigits(seed: 618)
      let ours = (0..<keys).count { _ in 1 + gaussian.sample(&digits) >= Int128(threshold) }
      let fit = ChiSquare.probability([ours, keys - ours], [theirs, keys - theirs])
      #expect(fit > Self.leastFit, "σ² = \(variance): \(ours), \(theirs)")
      #expect(EventCount(hits: theirs, runs: keys).lowerBound(risk: 1e-6) <= delta, "σ² = \(variance)")
      #expect(stated <= delta, "σ² = \(variance)")
    }
  }

  /// Whether two samples are of one distribution, by cells of so many numbers.
  private static func fit(_ left: [Int], _ right: [Int], cell: Int) -> Double {
    let index = { (x: Int) in Int((Double(x) / Double(cell)).rounded()) }
    let range = (left + right).map(index).reduce(0...0) { min($0.lowerBound, $1)...max($0.upperBound, $1) }
    func counts(_ sample: [Int]) -> [Int] {
      sample.reduce(into: Array(repeating: 0, count: range.count)) { $0[index($1) - range.lowerBound] += 1 }
    }
    // Cells with few numbers at both ends are merged.
    var cells = Array(zip(counts(left), counts(right)))
    while cells.count > 2, cells[0].0 + cells[0].1 < 20 {
      let first = cells.removeFirst()
      cells[0] = (cells[0].0 + first.0, cells[0].1 + first.1)
    }
    while cells.count > 2, let last = cells.last, last.0 + last.1 < 20 {
      cells.removeLast()
      cells[cells.count - 1] = (cells[cells.count - 1].0 + last.0, cells[cells.count - 1].1 + last.1)
    }
    return ChiSquare.probability(cells.map(\.0), cells.map(\.1))
  }

  private static func questions(
    epsilons: String = "", losses: String = "", samples: String = "", choices: String = "", selections: String = ""
  ) -> String {
    """
    {"epsilons": [\(epsilons)], "losses": [\(losses)], "samples": [\(samples)], "choices": [\(choices)],
     "selections": [\(selections)]}
    """
  }
}
