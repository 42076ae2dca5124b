import Foundation
import Synchronization

/// The statements of a worker's one session, in their order, on a thread of their own.
final class WorkerStatements: @unchecked Sendable {
  // The queue is touched with the condition locked only, everything else by the thread that `run` is called on.
  private let condition = NSCondition()
  private var waiting: [WorkerFrame] = []

  private let order: WorkerOrder
  private let channel: WorkerChannel
  /// Rows, progress and ends come from several threads, and must not get into each other.
  private let sending = Mutex(())

  init(_ order: WorkerOrder, _ channel: WorkerChannel) {
    self.order = order
    self.channel = channel
  }

  /// A message from the server.
  func append(_ frame: WorkerFrame) {
    condition.lock()
    defer { condition.unlock() }
    waiting.append(frame)
    condition.signal()
  }

  /// Opens the database, and runs one statement after the other until the process ends.
  func run() {
    do throws(EngineError) {
      let database = try EngineDatabase(
        order.settings, access: order.access, spillFolder: order.settings.spillFolder, control: RunControl())
      send(WorkerFrame(.opened))
      while true { answer(next(), database) }
    } catch {
      send(WorkerFrame(.failed, text: error.code.rawValue))
    }
  }

  private func next() -> WorkerFrame {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty { condition.wait() }
    return waiting.removeFirst()
  }

  private func answer(_ frame: WorkerFrame, _ database: EngineDatabase) {
    let progress: @Sendable (Double) -> Void = { [self] in send(WorkerFrame(fraction: $0)) }
    do throws(EngineError) {
      switch frame.kind {
      case .statement: try database.execute(frame.text, timeLimit: nil, progress: progress)
      case .query:
        try database.stream(frame.text, timeLimit: nil, progress: progress) { rows throws(EngineError) in
          for batch in RowCoding.batches(rows) { send(WorkerFrame(.rows, batch)) }
        }
      case .order, .probe, .ready, .opened, .progress, .rows, .done, .failed, .walls: _exit(1)
      }
      send(WorkerFrame(.done))
    } catch {
      send(WorkerFrame(.failed, text: error.code.rawValue))
    }
  }

  private func send(_ frame: WorkerFrame) {
    sending.withLock { _ in
      // Nobody listens any more.
      if (try? channel.send(frame)) == nil { _exit(0) }
    }
  }
}
