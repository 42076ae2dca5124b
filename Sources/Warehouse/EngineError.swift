import Base
public import ObjectStorage

/// Why the engine did not finish.
///
/// The text depends on the code, and for damaged data on its table and day. What the engine itself says stays behind,
/// as it can quote the data.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of a failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The task that ran the query was cancelled.
    case cancelled = "engine_cancelled"
    /// The query ran longer than `EngineSettings.timeLimit`.
    case timeout = "engine_timeout"
    /// The query needs more memory than `EngineSettings.memoryLimitBytes`, and cannot spill it.
    case outOfMemory = "engine_out_of_memory"
    /// The query spilled more to disk than `EngineSettings.spillLimitBytes`.
    case spillFull = "engine_spill_full"
    /// A value of the data does not fit what the query does with it: a cast, an overflow.
    case invalidValue = "engine_invalid_value"
    /// Files could not be read or written.
    case storage = "engine_storage"
    /// Data that the query reads is not what was written, or is missing.
    case damagedData = "engine_damaged_data"
    /// The engine could not be started with the settings that it has.
    case unavailable = "engine_unavailable"
    /// The process that the engine worked in ended before the work was done: it crashed, or was killed.
    case workerEnded = "engine_worker_ended"
    /// Anything else.
    case failed = "engine_failed"
  }

  /// The kind of failure.
  public let code: Code
  /// The damaged object; nil for every failure but `damagedData`.
  public let damage: ObjectDamage?

  /// An error of that code.
  public init(_ code: Code) {
    self.code = code
    damage = nil
  }

  /// The error of a damaged object.
  public init(damage: ObjectDamage) {
    code = .damagedData
    self.damage = damage
  }

  /// One sentence that is safe to show.
  public var message: String {
    switch code {
    case .cancelled: "The query was cancelled."
    case .timeout: "The query took longer than the time limit."
    case .outOfMemory: "The query needs more memory than the engine may use."
    case .spillFull: "The query needs more disk space than the engine may use."
    case .invalidValue: "A value in the data cannot be converted or computed as the query asks."
    case .storage: "The engine could not read or write its files."
    case .damagedData: damage?.message ?? "Data of the instance is damaged or missing."
    case .unavailable: "The engine could not be started."
    case .workerEnded: "The engine's process ended before the work was done."
    case .failed: "The engine could not run the query."
    }
  }

  /// Code and message.
  public var description: String { "\(code.rawValue): \(message)" }
}

extension EngineError: ProcessEndingError {
  package var hasEndedItsProcess: Bool { code == .workerEnded }
}

extension EngineError: TransientError {
  package var isTransient: Bool {
    switch code {
    case .storage, .unavailable: true
    case .cancelled, .timeout, .outOfMemory, .spillFull, .invalidValue, .damagedData, .workerEnded, .failed: false
    }
  }
}

extension EngineError: CodedError {
  /// For the operator: what is wrong with which object.
  package var detail: String? { damage?.detail }
}
