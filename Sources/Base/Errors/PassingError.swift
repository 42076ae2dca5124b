import Synchronization

/// The error of a callback that code in between translates, for a caller that is to see it as it was thrown.
///
///     let refusal = PassingError()
///     do {
///       try await translating { try await refusal.noting { try await review(rows) } }
///     } catch {
///       throw refusal.error ?? error
///     }
public final class PassingError: Sendable {
  private let noted = Mutex<(any Error)?>(nil)

  public init() {}

  /// The error of the last `work` that failed.
  public var error: (any Error)? { noted.withLock { $0 } }

  /// Does `work`, and notes its error.
  public func noting<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch {
      noted.withLock { $0 = error }
      throw error
    }
  }
}
