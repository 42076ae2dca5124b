import Dialects
package import FirstPartyData
import Foundation

/// Finds out whom identities are known as.
package struct PersonLookup: Sendable {
  /// The identifiers that one person is looked up by.
  package struct Identity: Sendable, Hashable {
    /// Hashed kinds as lower-case hexadecimal SHA-256.
    package var values: [IdentifierKind: String]
    /// Two letters in upper case; nil where it is not known.
    package var countryCode: String?

    package init(values: [IdentifierKind: String], countryCode: String?) {
      self.values = values
      self.countryCode = countryCode
    }
  }

  private let store: IdentityStore
  private let secrets: SignalStore
  private let settings: EngineSettings

  /// - Parameter secrets: where the instances' secrets are.
  package init(store: IdentityStore, secrets: SignalStore, settings: EngineSettings) {
    self.store = store
    self.secrets = secrets
    self.settings = settings
  }

  /// The instance's keys of all users whom an identity of the list leads to, by any of what is known of the person.
  ///
  /// Records are resolved by the first rule that knows them, and other records of the same person may have had less to
  /// go by: each rule is asked by itself.
  package func userKeys(
    of identities: [Identity], instanceID: String, scope: IdentityScope
  ) async throws -> [Int64] {
    let graph = try await store.graph(scope)
    let secret = try await secrets.userKeySecret(instanceID: instanceID)
    let records = Self.records(identities)
    guard !records.isEmpty else { return [] }
    let area = try await store.storage.stage()
    defer { area.discard() }
    let file = try area.file("identities.json")
    let encoder = JSONEncoder()
    let lines = try records.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    try Data(lines.joined(separator: "\n").utf8).write(to: file.url)
    let select = Self.select(from: file.url, graph, secret)
    return try await TrustedSession.with(settings, files: graph.files, folders: [area.folder]) { session in
      try await session.rows(select).compactMap { $0.first?.integer.map(Int64.init) }
    }
  }

  private static let countryColumn = "country_code"

  /// One record for each identity and each rule that it can be found by, with just what the rule needs.
  private static func records(_ identities: [Identity]) -> [[String: String]] {
    identities.flatMap { identity in
      MatchRule.allCases.compactMap { rule in
        var record: [String: String] = [:]
        for kind in rule.identifiers {
          guard let value = identity.values[kind] else { return nil }
          record[kind.rawValue] = value
        }
        record[countryColumn] = identity.countryCode ?? IdentityGraph.unknownCountry
        return record
      }
    }
  }

  private static func select(from file: URL, _ graph: IdentityGraph, _ secret: UserKeySecret) -> String {
    let names = IdentifierKind.allCases.map(\.rawValue) + [countryColumn]
    let types = names.map { "\(SQLText.name($0)): 'VARCHAR'" }.joined(separator: ", ")
    let path = SQLText.string(file.path(percentEncoded: false))
    let relation = "(SELECT * FROM read_json(\(path), format = 'newline_delimited', columns = {\(types)}))"
    let resolved = graph.resolving(
      relation,
      identifiers: Dictionary(uniqueKeysWithValues: IdentifierKind.allCases.map { ($0, SQLText.name($0.rawValue)) }),
      country: SQLText.name(countryColumn), secret: secret)
    let key = ResolvedColumns.userKey
    return "SELECT DISTINCT \(key) FROM \(resolved) AS resolved WHERE \(key) IS NOT NULL ORDER BY \(key)"
  }
}
