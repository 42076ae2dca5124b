/// The memory that workers hold for themselves, in bytes, a number for each of them.
public struct WorkerMemory: Sendable, Hashable {
  /// Workers that wait for an order.
  public var warm: [UInt64]
  /// Workers at work.
  public var running: [UInt64]
}

/// A worker that belongs to a session. It is here for as long as the session keeps it.
struct TakenWorker {
  weak var worker: WorkerProcess?
}
