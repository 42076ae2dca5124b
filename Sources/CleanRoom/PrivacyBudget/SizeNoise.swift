public import DifferentialPrivacy

/// The noise of sizes, each of which counts a person once at most.
public struct SizeNoise: Sendable {
  private let seed: NoiseSeed
  private let scale: GaussianScale

  /// - Parameters:
  ///   - seed: The seed of the question that was charged for the sizes.
  ///   - loss: The loss of each size.
  public init(seed: NoiseSeed, loss: PrivacyLoss) {
    self.seed = seed
    scale = Self.scale(loss)
  }

  /// The size with noise, at least 0.
  ///
  /// - Parameter name: The name of the size, which is unique among the sizes of the question.
  public func told(_ size: Int, as name: String) -> Int {
    max(0, size + Int(clamping: DiscreteGaussian.sample(seed: seed, place: "size:\(name)", scale: scale)))
  }

  /// The standard error of a size with such a loss.
  public static func standardError(loss: PrivacyLoss) -> Double { scale(loss).standardDeviation }

  private static func scale(_ loss: PrivacyLoss) -> GaussianScale {
    GaussianScale(sensitivitySquared: 1, rhoTicks: loss.ticks)
  }
}
