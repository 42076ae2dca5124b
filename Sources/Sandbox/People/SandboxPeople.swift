import Dialects
import FirstPartyData
import Foundation
package import ObjectStorage
package import Warehouse

/// The people behind the users of a sandbox: the identity graph that knows most of them, and the customer file of an
/// advertiser whose customers they are. `GroundTruth` describes the content of both.
package struct SandboxPeople: Sendable {
  private let sandbox: IdentityManifest.Sandbox

  /// The people of the sandbox with these settings.
  package init(_ sandbox: IdentityManifest.Sandbox) {
    self.sandbox = sandbox
  }

  /// The people that the instance's sandbox was made with.
  ///
  /// - Throws: `InvalidSandboxSettings` if the instance has none, or fewer than `count`; `StorageError`.
  package static func ofInstance(_ id: String, count: Int, in storage: any ObjectStorage) async throws -> SandboxPeople
  {
    guard let sandbox = try await IdentityStore(storage: storage).manifest(.sandbox(instanceID: id)).sandbox else {
      throw InvalidSandboxSettings(message: "The instance has no synthetic people; `adyton sandbox` makes them.")
    }
    guard (1...sandbox.users).contains(count) else {
      throw InvalidSandboxSettings(message: "The sandbox has from 1 to \(sandbox.users) people.")
    }
    return SandboxPeople(sandbox)
  }

  private var facts: PeopleFacts { PeopleFacts(hashing: Hashing(seed: sandbox.seed)) }

  // MARK: The graph

  /// The people whom the sandbox's identity graph knows, with their identifiers, and the others as nobody: these don't
  /// match, although most strangers do.
  package var known: PeopleSource {
    let index = "user_index"
    let device = GroundTruth.deviceUsers.condition(on: index)
    var identifiers: [IdentifierKind: String] = [:]
    for (kind, column) in Self.normalColumns {
      identifiers[kind] = "CASE WHEN NOT (\(device)) THEN sha256(\(column)) END"
    }
    identifiers[.mobileAdvertisingID] = "CASE WHEN \(device) THEN normal_maid END"
    return PeopleSource(
      files: [],
      relation: "(\(facts.select(count: sandbox.users)))",
      user: "CASE WHEN \(GroundTruth.knownPeople.condition(on: index)) THEN user_id END", userType: nil,
      country: "country", identifiers: identifiers)
  }

  private static let normalColumns: [IdentifierKind: String] = [
    .email: "normal_email", .phone: "normal_phone", .firstName: "normal_first_name", .lastName: "normal_last_name",
    .address: "normal_address", .city: "normal_city", .state: "normal_state", .zip: "normal_zip",
  ]

  // MARK: The customer file

  /// Writes the customer file: CSV with a header, values as people write them, NULL as an empty field.
  ///
  /// - Parameter count: The number of customers, at most that of the sandbox's users.
  /// - Throws: `EngineError`.
  package func writeCustomers(_ count: Int, to location: EngineLocation, engine: EngineSettings) async throws {
    let folder = location.fileURL.deletingLastPathComponent()
    try await TrustedSession.with(engine, folders: [folder]) { session in
      try await session.execute(
        "COPY (\(customers(count))) TO \(SQLText.string(location.path)) (FORMAT csv, HEADER true)")
    }
  }

  /// A SELECT of the first customers, one in a row.
  func customers(_ count: Int) -> String {
    let index = "user_index"
    let device = GroundTruth.deviceUsers.condition(on: index)
    let changed = GroundTruth.customersWithNewEmail.condition(on: index)
    let postal = GroundTruth.customersByPost.condition(on: index)
    let withoutCode = GroundTruth.customersWithoutPostalCode.condition(on: index)
    let tiers = GroundTruth.Tier.allCases.map { tier in
      "WHEN \(tier.customers.condition(on: index)) THEN '\(tier.rawValue)'"
    }
    let spend = GroundTruth.Tier.allCases.map { tier in
      "WHEN '\(tier.rawValue)' THEN \(tier.spend.lowerBound) + user_index * 37 % \(tier.spend.count)"
    }
    func unlessDevice(_ column: String) -> String { "CASE WHEN NOT (\(device)) THEN \(column) END" }
    return """
      SELECT
        CASE WHEN \(device) OR \(postal) THEN NULL
          WHEN \(changed) THEN 'new.' || normal_first_name || user_index || '@example.net' ELSE email END AS email,
        CASE WHEN NOT (\(device) OR \(postal)) THEN phone END AS phone,
        \(unlessDevice("first_name")) AS first_name, \(unlessDevice("last_name")) AS last_name,
        \(unlessDevice("address")) AS address, \(unlessDevice("city")) AS city, \(unlessDevice("state")) AS state,
        CASE WHEN NOT (\(device) OR \(withoutCode)) THEN zip END AS zip, country AS country_code,
        CASE WHEN \(device) THEN maid END AS maid,
        CASE \(tiers.joined(separator: " ")) END AS loyalty_tier,
        DATE \(SQLText.string(sandbox.lastDay)) - CAST(user_index * 7 % 60 AS INTEGER) AS last_purchase,
        CAST(CASE loyalty_tier \(spend.joined(separator: " ")) END AS DECIMAL(10, 2)) AS spend
      FROM (\(facts.select(count: count))) ORDER BY user_index
      """
  }
}
