import Base
package import Foundation
package import ObjectStorage

/// The identity graphs of all scopes: Parquet files in an object storage, with a manifest a graph that says which of
/// them are the graph.
///
/// The manifest changes in one step, so that a load is seen whole or not at all, even when it is killed halfway.
/// Changes of one graph wait for each other, across processes; reading never waits.
///
///     {folder}/link.secret
///     {folder}/manifest.json
///     {folder}/users-….parquet
///     {folder}/links-email-….parquet     a file for each rule
package struct IdentityStore: Sendable {
  /// How long files stay that a load replaced, in seconds, for work that began before it.
  package static let retirementSeconds = SignalStore.retirementSeconds

  /// Where everything is.
  package let storage: any ObjectStorage
  private let now: @Sendable () -> Date
  private let makeName: @Sendable () -> String

  /// A store in that storage. `now` is the clock; `makeName` gives each load a name that no other has.
  package init(
    storage: any ObjectStorage, now: @escaping @Sendable () -> Date = { Date() },
    makeName: @escaping @Sendable () -> String = { RandomIdentifierGenerator.uuid() }
  ) {
    self.storage = storage
    self.now = now
    self.makeName = makeName
  }

  /// The people of a scope as they are now; one that knows nobody where none were ever loaded.
  package func graph(_ scope: IdentityScope) async throws(StorageError) -> IdentityGraph {
    let manifest = try await manifest(scope)
    guard manifest.users != nil else {
      return IdentityGraph(links: [], linkSecret: .synthetic, holdsKeys: scope.holdsKeys)
    }
    let secret = try await linkSecret(scope, of: manifest)
    var graph = IdentityGraph(
      links: try await links(of: manifest, scope), linkSecret: secret, holdsKeys: scope.holdsKeys)
    if scope.holdsKeys, manifest.sandbox?.matchesStrangers == true {
      graph.strangers = manifest.links.first { $0.linkCount > 0 }.map { links in
        IdentityGraph.Strangers(rule: links.rule, userCount: links.linkCount)
      }
    }
    return graph
  }

  /// The files with the links of a graph.
  func links(
    of manifest: IdentityManifest, _ scope: IdentityScope, for use: ObjectUse = .query
  ) async throws(StorageError) -> [IdentityGraph.Links] {
    let locations = try await locations(of: manifest.links.map(\.listed), scope, for: use)
    return zip(manifest.links, locations).map { IdentityGraph.Links(rule: $0.rule, location: $1) }
  }

  /// The locations of files of a graph, each of which is checked first.
  func locations(
    of files: [ManifestFile], _ scope: IdentityScope, for use: ObjectUse
  ) async throws(StorageError) -> [EngineLocation] {
    do throws(StorageError) {
      return try await Self.folder(scope).locations(of: files, in: storage, for: use)
    } catch {
      throw error.about(Self.subject)
    }
  }

  /// The words by which clients know a graph.
  private static let subject = "the identity graph"

  /// The manifest of a scope, which is empty where nobody was ever loaded.
  package func manifest(_ scope: IdentityScope) async throws(StorageError) -> IdentityManifest {
    do throws(StorageError) {
      return try await Self.folder(scope).manifest(in: storage).manifest
    } catch {
      throw error.about(Self.subject)
    }
  }

  /// The manifest for who replaces everybody: an empty one in place of one that is damaged.
  func manifestToReplace(_ scope: IdentityScope) async throws(StorageError) -> IdentityManifest {
    try await Self.folder(scope).manifestToReplace(in: storage).manifest
  }

  /// Removes everything about a scope, the secret included.
  package func delete(_ scope: IdentityScope) async throws {
    try await withLock(scope) { try await Self.folder(scope).remove(from: storage) }
  }

  /// Keeps out everyone else who wants to change the graph.
  func withLock<Result: Sendable>(_ scope: IdentityScope, _ work: () async throws -> Result) async throws -> Result {
    try await storage.withLock(Self.folder(scope).manifestKey(), work)
  }

  /// The secret that the links of a scope are made with; made where the scope has no graph yet.
  func linkSecret(_ scope: IdentityScope, of manifest: IdentityManifest) async throws(StorageError) -> LinkSecret {
    if scope.holdsKeys { return .synthetic }
    let key = try scope.folder().appending("link.secret")
    if manifest.users == nil { return LinkSecret(try await HashSecret.atKey(key, in: storage)) }
    return LinkSecret(try HashSecret(object: try await storage.get(key)))
  }

  /// Makes staged files the graph, in one step, while the lock is held, and removes files that have not been part of it
  /// for long.
  func publish(
    _ staged: StagedIdentity, as scope: IdentityScope, mode: IdentityLoader.Mode
  ) async throws -> IdentityManifest {
    let folder = try Self.folder(scope)
    var (old, version) =
      switch mode {
      case .append: try await folder.manifest(in: storage)
      case .replace: try await folder.manifestToReplace(in: storage)
      }
    if version == nil { version = try await folder.begin(old, in: storage) }
    old.retired.removeAll(where: isPastRetirement)
    try await folder.removeStrays(old, in: storage)
    var new = IdentityManifest()
    new.generation = old.generation + 1
    new.sandbox = staged.sandbox
    new.retired = old.retired + old.fileNames.map { IdentityManifest.RetiredFile(name: $0, retiredAt: now()) }
    let name = makeName()
    let users = "users-\(name).parquet"
    let digest = try await storage.publishWithDigest(staged.users, as: folder.file(users))
    new.users = IdentityManifest.Users(name: users, count: staged.userCount, digest: digest)
    for links in staged.links {
      let fileName = "links-\(links.rule.rawValue)-\(name).parquet"
      let digest = try await storage.publishWithDigest(links.file, as: folder.file(fileName))
      new.links.append(
        IdentityManifest.Links(
          name: fileName, rule: links.rule, linkCount: links.linkCount, ambiguousCount: links.ambiguousCount,
          digest: digest))
    }
    try await folder.put(new, replacing: version, in: storage)
    return new
  }

  private static func folder(_ scope: IdentityScope) throws(StorageError) -> ManifestFolder<IdentityManifest> {
    ManifestFolder(prefix: try scope.folder())
  }

  private func isPastRetirement(_ file: IdentityManifest.RetiredFile) -> Bool {
    now().timeIntervalSince(file.retiredAt) >= Self.retirementSeconds
  }
}

/// The finished files of a graph on their way into the store.
struct StagedIdentity: Sendable {
  /// Those of a rule.
  struct Links: Sendable {
    let rule: MatchRule
    let file: StagedFile
    let linkCount: Int
    let ambiguousCount: Int
  }

  let users: StagedFile
  let userCount: Int
  let links: [Links]
  var sandbox: IdentityManifest.Sandbox?
}
