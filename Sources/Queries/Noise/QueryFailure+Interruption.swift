package import CleanRoom
import Warehouse

extension QueryFailure {
  /// Whether the run ended because of what it computed: for want of time or memory, or with a value that can't be. That
  /// can depend on one person's rows. Failures of the storage and of the machine do not.
  package var isInterruption: Bool {
    switch self {
    case .refused, .cancelled: return false
    case .engine(let code, _):
      switch EngineError.Code(rawValue: code) {
      case .timeout, .outOfMemory, .spillFull, .invalidValue, .workerEnded, .failed: return true
      case .cancelled, .storage, .damagedData, .unavailable, nil: return false
      }
    }
  }
}

extension StatusReason {
  /// The reason of a run in noise mode that ended for want of time or memory. It does not say which.
  package static let interruptedWithNoise =
    "privacy_run_interrupted: The query could not be finished within the limits of time and memory. That it could not "
    + "is an answer without noise, so a tenth of the privacy budget was charged."
}
