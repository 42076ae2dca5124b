import Base
package import Logging
import ServiceLifecycle

/// Work that becomes due with time, such as the periods of schedules.
package protocol DueWork: Sendable {
  /// The message in the log for a failed check.
  static var failureMessage: Logger.Message { get }

  /// Queues the work that is due now, and returns the number of jobs.
  ///
  /// Whether work is due must follow from stored facts. Then a stop loses nothing, and the check after a failed one
  /// finds the remaining work.
  func queueDue() async throws -> Int
}

/// Checks for due work again and again.
package final class PollingRunner<Work: DueWork>: Service {
  package let work: Work
  private let interval: Duration
  private let logger: Logger
  private let sleep: JobRunner.Sleep
  private let wakeSignal: WakeSignal
  private let wakeRunner: @Sendable () -> Void

  /// - Parameters:
  ///   - interval: The time between two checks.
  ///   - wakeSignal: Notified when work may be due before the next check.
  ///   - wakeRunner: Called after each check that queued jobs.
  package init(
    _ work: Work, every interval: Duration, logger: Logger,
    sleep: @escaping JobRunner.Sleep = { try await Task.sleep(for: $0) }, wakeSignal: WakeSignal = WakeSignal(),
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.work = work
    self.interval = interval
    self.logger = logger
    self.sleep = sleep
    self.wakeSignal = wakeSignal
    self.wakeRunner = wakeRunner
  }

  /// Checks now, after each interval, and whenever the signal is notified, until the service group shuts down, the task
  /// is cancelled, or `sleep` throws. A failed check is logged.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        do {
          try await self.runDue()
        } catch {
          self.logger.error(Work.failureMessage, metadata: ["error": "\(error.logDescription)"])
        }
      } while await self.nextLookIsDue()
    }
  }

  /// Queues the work that is due now, and returns the number of jobs.
  @discardableResult
  package func runDue() async throws -> Int {
    do {
      let count = try await work.queueDue()
      if count > 0 { wakeRunner() }
      return count
    } catch {
      // Some jobs may have been queued before it failed.
      wakeRunner()
      throw error
    }
  }

  /// Returns true at the time of the next check; false if there is to be none.
  private func nextLookIsDue() async -> Bool {
    guard !Task.isCancelled else { return false }
    let goesOn = await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await self.sleep(self.interval)) != nil }
      group.addTask {
        await self.wakeSignal.wait()
        return true
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    return goesOn && !Task.isCancelled
  }
}
