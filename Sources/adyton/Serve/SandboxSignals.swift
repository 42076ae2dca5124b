import ArgumentParser
import CleanRoom
import Foundation
import Sandbox
import Warehouse

/// The size of the sandboxes that clients ask for.
struct NewSandboxOptions: ParsableArguments {
  @Option(help: "Users of a sandbox that a client asks for (ADYTON_SANDBOX_USERS).")
  var sandboxUsers = Setting("ADYTON_SANDBOX_USERS", default: 20_000)

  @Option(help: "Days of events of a sandbox that a client asks for (ADYTON_SANDBOX_DAYS).")
  var sandboxDays = Setting("ADYTON_SANDBOX_DAYS", default: 30)

  func validate() throws {
    _ = try (users, days)
  }

  var users: Int {
    get throws { try sandboxUsers.value("--sandbox-users", in: SandboxSettings.userRange) }
  }

  var days: Int {
    get throws { try sandboxDays.value("--sandbox-days", in: SandboxSettings.dayRange) }
  }
}

/// Signals of sandboxes from the generator of `adyton sandbox`.
struct SandboxSignals: SyntheticSignals {
  let store: SignalStore
  let engine: EngineSettings
  let users: Int
  let days: Int

  var advertisers: [InstanceSetup.Advertiser] { SandboxAdvertisers.all }

  func fill(instanceID: String, until end: Date) async throws {
    let lastDay = end.addingTimeInterval(-86_400).formatted(.iso8601.year().month().day())
    var settings = try SandboxSettings(users: users, days: days, endDate: lastDay)
    settings.movesWithClock = true
    _ = try await SandboxGenerator(settings, store: store, engine: engine).generate(instanceID: instanceID)
  }

  private var window: SandboxWindow { SandboxWindow(store: store, engine: engine) }

  func isBehind(instanceID: String, at now: Date) async throws -> Bool {
    try await window.isBehind(instanceID: instanceID, at: now)
  }

  func renew(instanceID: String, until end: Date) async throws {
    try await window.renew(instanceID: instanceID, until: end)
  }
}
