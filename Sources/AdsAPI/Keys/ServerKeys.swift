package import Base
package import Foundation
import Jobs
package import Logging
package import Metadata

/// The keys of a server, as its store has them. `adyton admin key rotate` changes them while the server runs.
package struct ServerKeys: Sendable {
  /// The number of bytes of a key.
  static let byteCount = 32

  /// Signs the URLs of results.
  let downloads: ServerKeyRing
  /// Seals the tokens that continue a list.
  let pages: ServerKeyRing
  /// Seals the forms of the sign-in pages.
  let forms: ServerKeyRing

  private let store: MetadataStore
  private let clock: any WallClock

  /// Reads the keys, and makes those that there are none of.
  init(store: MetadataStore, secrets: any SecretGenerator, clock: any WallClock) async throws {
    let now = clock.now
    let candidates = ServerKeyRecord.Name.allCases.map { ($0, Data(secrets.bytes(count: Self.byteCount))) }
    let keys = try await store.write { transaction in
      try Dictionary(
        uniqueKeysWithValues: candidates.map { name, candidate in
          (name, try transaction.serverKey(name, orInsert: candidate, at: now))
        })
    }
    func ring(_ name: ServerKeyRecord.Name) -> ServerKeyRing {
      ServerKeyRing(present: keys[name] ?? Data(), clock: clock)
    }
    (downloads, pages, forms) = (ring(.downloads), ring(.pages), ring(.forms))
    (self.store, self.clock) = (store, clock)
    try await refresh()
  }

  /// Takes over what was changed since.
  package func refresh() async throws {
    let now = clock.now
    let (present, retired) = try await store.read { snapshot in
      (try snapshot.serverKeys(), try snapshot.retiredServerKeys(validAfter: now))
    }
    for key in present {
      ring(key.name).update(
        present: key.value,
        retired: retired.filter { $0.name == key.name }.map {
          ServerKeyRing.Retired(value: $0.value, validUntil: $0.validUntil)
        })
    }
  }

  private func ring(_ name: ServerKeyRecord.Name) -> ServerKeyRing {
    switch name {
    case .downloads: downloads
    case .pages: pages
    case .forms: forms
    }
  }
}

extension ServerKeys: DueWork {
  package static var failureMessage: Logger.Message { "The server's keys could not be read." }

  /// Looks for changed keys, as often as the queue looks for jobs. No job follows from them.
  package func queueDue() async throws -> Int {
    try await refresh()
    return 0
  }
}

/// Shows and replaces the keys of a server, as an operator does.
package struct ServerKeyService: Sendable {
  private let store: MetadataStore
  private let secrets: any SecretGenerator
  private let clock: any WallClock

  package init(
    store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator(),
    clock: any WallClock = SystemClock()
  ) {
    (self.store, self.secrets, self.clock) = (store, secrets, clock)
  }

  /// A key without its value.
  package struct Summary: Sendable, Hashable {
    package var name: ServerKeyRecord.Name
    package var createdAt: Date
    /// Until when each replaced key is good for checking.
    package var retiredValidUntil: [Date]
  }

  /// The keys that there are.
  package func summaries() async throws -> [Summary] {
    let now = clock.now
    return try await store.read { snapshot in
      let retired = try snapshot.retiredServerKeys(validAfter: now)
      return try snapshot.serverKeys().map { key in
        Summary(
          name: key.name, createdAt: key.createdAt,
          retiredValidUntil: retired.filter { $0.name == key.name }.map(\.validUntil))
      }
    }
  }

  /// Puts new keys in place of those of the names. A running server has them within ten seconds.
  ///
  /// - Parameter revokes: Whether everything that the old keys signed or sealed ends now, and not in its own time.
  package func rotate(_ names: [ServerKeyRecord.Name], revokes: Bool) async throws {
    let now = clock.now
    let keys = names.map { ($0, Data(secrets.bytes(count: ServerKeys.byteCount))) }
    try await store.write { transaction in
      for (name, value) in keys {
        try transaction.rotateServerKey(
          name, to: value, keepingOldFor: revokes ? 0 : name.tokenLifetimeSeconds, at: now)
        try transaction.audit(
          .rotateServerKey, of: name.rawValue, accountID: nil, by: .operatorAtMachine, at: now,
          details: ["revokes": String(revokes)])
      }
    }
  }
}

extension ServerKeyRecord.Name {
  /// The longest time for which something that the key signed or sealed is good, in seconds.
  package var tokenLifetimeSeconds: Double {
    switch self {
    case .downloads: Double(DownloadSigner.lifetimeSeconds)
    case .pages: PageTokens.lifetimeSeconds
    case .forms: SealedForms.lifetimeSeconds
    }
  }
}

extension AuditAction {
  static let rotateServerKey = AuditAction("serverKey.rotate")
}
