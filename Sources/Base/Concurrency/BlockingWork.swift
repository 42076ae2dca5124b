import Dispatch

/// Threads for calls that wait for a disk: such calls never run on the threads that Swift's tasks share.
package enum BlockingWork {
  private static let queue = DispatchQueue(label: "adyton.blocking-work", attributes: .concurrent)

  /// The result of the work, run on a thread that may block. The caller's thread is free meanwhile.
  package static func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      queue.async {
        do throws(Failure) {
          continuation.resume(returning: Swift.Result<Result, Failure>.success(try work()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try outcome.get()
  }
}
