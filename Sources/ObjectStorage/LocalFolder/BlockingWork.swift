import Dispatch

/// Threads for calls that wait for a disk: such calls never run on the threads that Swift's tasks share.
enum BlockingWork {
  private static let queue = DispatchQueue(label: "adyton.object-storage", attributes: .concurrent)

  /// Runs the work on a thread that may block.
  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () throws(StorageError) -> Result
  ) async throws(StorageError) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      queue.async {
        do throws(StorageError) {
          continuation.resume(returning: Swift.Result<Result, StorageError>.success(try work()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try outcome.get()
  }
}
