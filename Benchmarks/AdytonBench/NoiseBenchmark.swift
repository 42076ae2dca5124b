import ArgumentParser
import DifferentialPrivacy
import Foundation

/// The cost of exact noise: keyed samples of the discrete Gaussian, for narrow and for wide noise in turn.
struct NoiseBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "noise")

  @Option(help: "How many figures get noise in each round.")
  var figures = 100_000

  @Option(help: "How many rounds are measured, after one that is not.")
  var rounds = 5

  private struct Report: Encodable {
    /// Microseconds for a figure in each round, by the standard deviation of the noise.
    var microseconds: [String: [Double]] = [:]
    /// The sum of all noise, so that no sample is left out.
    var checksum: Double = 0
  }

  func run() async throws {
    guard let seed = NoiseSeed(bytes: Array(repeating: 7, count: NoiseSeed.byteCount)) else { return }
    let key = RandomKey(seed, for: .gaussian)
    var report = Report()
    for round in 0...rounds {
      for sensitivitySquared in [8, 8 << 20, 8 << 42] as [UInt128] {
        let loss = PrivacyLoss.allowed(epsilon: 1, delta: 1e-8)
        guard let scale = GaussianScale(sensitivitySquared: sensitivitySquared, loss: loss) else { continue }
        let gaussian = DiscreteGaussian(scale)
        let time = ContinuousClock().measure {
          for figure in 0..<figures {
            report.checksum += Double(gaussian.sample(key, place: Array("0.1/12:campaign \(figure)".utf8)))
          }
        }
        let name = String(format: "%.0f", scale.standardDeviation)
        if round > 0 { report.microseconds[name, default: []].append(time / .microseconds(1) / Double(figures)) }
      }
    }
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }
}
