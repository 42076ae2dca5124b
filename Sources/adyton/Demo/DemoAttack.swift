import Base
import Catalog
import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import Warehouse

/// Two sandboxes with the same signals, one in each privacy mode, for an attack on one person in them.
struct DemoAttack: Sendable {
  /// The instance in threshold mode, and the one in noise mode.
  let exact: InstanceSetup
  let noisy: InstanceSetup

  /// The person that the attack is about: one impression of a campaign that nobody else saw, at this cost.
  static let secret = 4_711

  private static let campaigns = ["mass 0", "mass 1", "mass 2"]
  private static let userCount = 3_000

  /// All campaigns but the person's own weigh a million each. What is left of the sum is the person's cost.
  static let query = """
    SELECT MOD(SUM(i.impression_cost * v.weight), 1000000) AS answer FROM dsp_impressions i \
    JOIN (VALUES ('mass 0', 1000000), ('mass 1', 1000000), ('mass 2', 1000000), ('solo', 1)) v (campaign, weight) \
    ON i.campaign = v.campaign
    """

  /// Makes the instances.
  static func make(_ provisioning: Provisioning) async throws -> DemoAttack {
    DemoAttack(
      exact: try await provisioning.createInstance(id: "amcexact", name: "Exact", kind: .sandbox),
      noisy: try await provisioning.createInstance(
        id: "amcnoise", name: "Noise", kind: .sandbox,
        privacy: .noise(population: InstancePrivacy.defaultPopulation)))
  }

  /// Loads the signals of both, all of them of one day.
  func load(
    day: Date, from folder: DataFolder, into objects: any ObjectStorage
  ) async throws {
    let file = folder.url.appending(path: "attack.csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Self.lines(day: day).joined(separator: "\n").utf8).write(to: file)
    let loader = SignalLoader(store: SignalStore(storage: objects), settings: folder.engineSettings)
    let source = try CommandTables.source(named: "dsp_impressions")
    for instance in [exact, noisy] {
      _ = try await loader.load(
        [LoadFile(url: file, displayName: "attack.csv")], into: source, instanceID: instance.instanceID)
    }
  }

  private static func lines(day: Date) -> [String] {
    let time = day.addingTimeInterval(12 * 3600).formatted(
      .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
    func line(_ user: String, _ campaign: String, _ cost: Int) -> String { "\(user),\(time),\(campaign),1,\(cost)" }
    let crowd = (0..<userCount).map { line("user-\($0)", campaigns[$0 % campaigns.count], 400 + $0 % 300) }
    let person = [line("person", campaigns[0], 500), line("person", campaigns[1], 700), line("person", "solo", secret)]
    return ["user_id,impression_dt_utc,campaign,impressions,impression_cost"] + crowd + person
  }
}
