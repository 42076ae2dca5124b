import Base
package import Logging
import ServiceLifecycle

/// Work that becomes due with time, such as the periods of schedules.
package protocol DueWork: Sendable {
  /// The line of the log for a look that failed.
  static var failureMessage: Logger.Message { get }

  /// Puts into the queue what is due now, and returns the number of jobs.
  ///
  /// Whether something is due has to follow from what is stored: then a stop loses nothing, and the look after a failed one
  /// finds what that has left.
  func queueDue() async throws -> Int
}

/// Looks for due work again and again.
package final class PollingRunner<Work: DueWork>: Service {
  package let work: Work
  private let interval: Duration
  private let logger: Logger
  private let sleep: JobRunner.Sleep
  private let wakeSignal: WakeSignal
  private let wakeRunner: @Sendable () -> Void

  /// - Parameters:
  ///   - interval: The time between two looks.
  ///   - wakeSignal: Notified when something may be due before the next look.
  ///   - wakeRunner: Called after each look that left jobs.
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

  /// Looks now, after each interval, and whenever the signal is notified, until the service group shuts down, the task is
  /// cancelled, or `sleep` throws. A look that fails is logged.
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

  /// Puts into the queue what is due now, and returns the number of jobs.
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

  /// Returns at the time of the next look; false when there is to be none.
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
