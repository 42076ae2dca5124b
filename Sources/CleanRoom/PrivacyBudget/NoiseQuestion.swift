import Base
import Crypto
public import DifferentialPrivacy

/// A question that is answered with noise: what is asked, of which data, and what the answer costs.
public struct NoiseQuestion: Sendable, Hashable {
  /// SHA-256 of the question's canonical text and of the data that it reads. A caller who asks the same of the same
  /// data has the same fingerprint, and gets the same answer.
  public let fingerprint: [UInt8]
  public let cost: PrivacyLoss

  /// - Parameter parts: The texts that make the question. Each counts with its length, so no two lists are the same.
  public init(parts: [String], cost: PrivacyLoss) {
    var hash = SHA256()
    for part in parts { hash.update(data: Array(part.lengthPrefixed.utf8)) }
    fingerprint = Array(hash.finalize())
    self.cost = cost
  }

  /// The question as one run asks it. Another run asks another question, of the same cost.
  public func asked(by run: String) -> NoiseQuestion {
    NoiseQuestion(parts: [run] + fingerprint.map(String.init), cost: cost)
  }
}
