import ArgumentParser
import CleanRoom
import Foundation
import Sandbox
import Warehouse

/// How large the sandboxes are that clients ask for.
struct NewSandboxOptions: ParsableArguments {
  @Option(help: "How many users a sandbox has that a client asks for (ADYTON_SANDBOX_USERS).")
  var sandboxUsers = Environment.number("ADYTON_SANDBOX_USERS") ?? 20_000

  @Option(help: "How many days of events a sandbox has that a client asks for (ADYTON_SANDBOX_DAYS).")
  var sandboxDays = Environment.number("ADYTON_SANDBOX_DAYS") ?? 30

  func validate() throws {
    guard SandboxSettings.userRange.contains(sandboxUsers), SandboxSettings.dayRange.contains(sandboxDays) else {
      throw ValidationError(
        "--sandbox-users must be at most \(SandboxSettings.userRange.upperBound), --sandbox-days at most "
          + "\(SandboxSettings.dayRange.upperBound), and both at least 1.")
    }
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
    let settings = try SandboxSettings(users: users, days: days, endDate: lastDay)
    _ = try await SandboxGenerator(settings, store: store, engine: engine).generate(instanceID: instanceID)
  }
}
