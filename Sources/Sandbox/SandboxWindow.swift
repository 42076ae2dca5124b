import Base
package import Warehouse

package import struct Foundation.Date

/// The rolling window of a sandbox: the days of its signals end with yesterday by the server's clock, as AMC's
/// sandboxes always have the latest months.
///
/// A renewal makes the sandbox again with the same users and the same seed, ending later. A day that both windows have
/// keeps its traffic; the oldest days leave.
package struct SandboxWindow: Sendable {
  /// The longest window, in days: 13 months, as AMC's guide "AMC Sandbox" has it.
  package static let longestDays = 396

  private let store: SignalStore
  private let engine: EngineSettings

  package init(store: SignalStore, engine: EngineSettings) {
    self.store = store
    self.engine = engine
  }

  /// Whether the window ends before yesterday. It never does for an instance without synthetic signals, or for a
  /// sandbox whose days stay.
  package func isBehind(instanceID: String, at now: Date) async throws -> Bool {
    try await settings(instanceID: instanceID, until: now) != nil
  }

  /// Moves the window to the days before `end`. Repeating it has the effect of once; a window is never moved back.
  ///
  /// - Throws: `EngineError`, `StorageError`, `CancellationError`.
  package func renew(instanceID: String, until end: Date) async throws {
    guard let settings = try await settings(instanceID: instanceID, until: end) else { return }
    _ = try await SandboxGenerator(settings, store: store, engine: engine).generate(instanceID: instanceID)
  }

  /// The settings of the window that ends before `end`; nil if there is nothing to move.
  private func settings(instanceID: String, until end: Date) async throws -> SandboxSettings? {
    let manifest = try await IdentityStore(storage: store.storage).manifest(.sandbox(instanceID: instanceID))
    guard let sandbox = manifest.sandbox, let days = sandbox.movingDays, let last = UTCDay(sandbox.lastDay) else {
      return nil
    }
    let yesterday = UTCDay(number: UTCDay(of: end).number - 1)
    guard last < yesterday else { return nil }
    var settings = try SandboxSettings(
      users: sandbox.users, days: min(days, Self.longestDays), seed: sandbox.seed, endDate: yesterday.text)
    settings.movesWithClock = true
    return settings
  }
}
