/// The noise of sizes, each of which counts a person once at most.
///
///     let noise = SizeNoise(seed: seed, loss: loss)
///     let told = noise?.told(count, as: "members")
///
/// A size changes by at most 1 when a person comes or goes, so a discrete Gaussian with σ² = 1/(2ρ) loses ρ (see
/// `GaussianScale`). Several sizes of a question add their losses. What is told is made of the noisy number alone.
public struct SizeNoise: Sendable {
  private let key: RandomKey
  private let noise: DiscreteGaussian

  /// The noise for the sizes of a question.
  ///
  /// nil for a loss of 0, with which no size can be told.
  ///
  /// - Parameters:
  ///   - seed: The seed of the question that was charged for the sizes.
  ///   - loss: The loss of each size.
  public init?(seed: NoiseSeed, loss: PrivacyLoss) {
    guard let scale = Self.scale(loss) else { return nil }
    key = RandomKey(seed, for: .gaussian)
    noise = DiscreteGaussian(scale)
  }

  /// The size with noise, at least 0.
  ///
  /// - Parameter name: The name of the size, which is unique among the sizes of the question.
  public func told(_ size: Int, as name: String) -> Int {
    Int(clamping: max(0, Int128(size) + noise.sample(key, place: Array("size \(name)".utf8))))
  }

  /// The standard error of a size with such a loss.
  public static func standardError(_ loss: PrivacyLoss) -> Double { scale(loss)?.standardDeviation ?? .infinity }

  private static func scale(_ loss: PrivacyLoss) -> GaussianScale? { GaussianScale(sensitivitySquared: 1, loss: loss) }
}
