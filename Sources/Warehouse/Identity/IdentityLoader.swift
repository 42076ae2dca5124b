import Foundation
import ObjectStorage

/// Loads people into an identity graph: all of a load becomes part of it in one step, or nothing does.
package struct IdentityLoader: Sendable {
  private let store: IdentityStore
  private let settings: EngineSettings

  /// A loader into that store, whose engine may use what the settings say.
  package init(store: IdentityStore, settings: EngineSettings) {
    self.store = store
    self.settings = settings
  }

  /// How people come into a graph.
  package enum Mode: Sendable, Hashable, CaseIterable {
    /// They join those that are there.
    case append
    /// They replace those that are there.
    case replace
  }

  /// How far a load is.
  package enum Progress: Sendable, Hashable {
    /// The values of a file are checked; files count from 1.
    case checking(file: Int, of: Int, fraction: Double)
    /// Links are made of a file's identifiers; files count from 1.
    case converting(file: Int, of: Int, fraction: Double)
    /// The files of the graph are written; they count from 1.
    case writing(file: Int, of: Int)
  }

  /// Checks all files, then converts and publishes them. Returns the manifest of the graph. Throws a `LoadRefusal` when
  /// anything about the files is wrong, `EngineError` or `StorageError` when the machine is.
  package func load(
    _ files: [LoadFile], into scope: IdentityScope, mode: Mode = .append,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> IdentityManifest {
    let area = try await store.storage.stage()
    defer { area.discard() }
    let inputs = try await LoadInput.unpackAndLink(files, in: area, limits: settings.loading)
    var sources: [PeopleSource] = []
    var problems: [LoadProblem] = []
    for (number, input) in inputs.enumerated() where problems.count < LoadRefusal.problemLimit {
      do {
        sources.append(
          try await check(input, in: area) { fraction in
            progress(.checking(file: number + 1, of: inputs.count, fraction: fraction))
          })
      } catch let refusal as LoadRefusal {
        problems += refusal.problems
      }
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    return try await build(sources, into: scope, mode: mode, sandbox: nil, in: area, progress: progress)
  }

  /// Makes the made-up people of a sandbox its graph, in place of those that it had.
  package func replace(
    _ source: PeopleSource, of scope: IdentityScope, sandbox: IdentityManifest.Sandbox
  ) async throws -> IdentityManifest {
    let area = try await store.storage.stage()
    defer { area.discard() }
    return try await build([source], into: scope, mode: .replace, sandbox: sandbox, in: area) { _ in }
  }

  /// Checks a file. Returns its people.
  private func check(
    _ input: LoadInput, in area: StagingArea, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> PeopleSource {
    progress(0)
    return try await input.refusing {
      try await TrustedSession.with(settings, files: [input.target], folders: [area.folder]) { session in
        let raw = try await input.reader.columns(session)
        let columns = try PeopleColumns(raw, of: input.file)
        let check = ValueCheck(checks: columns.checks, columns: raw, file: input.file, reader: input.reader)
        let problems = try await check.problems(session, progress: progress)
        if !problems.isEmpty { throw LoadRefusal(problems) }
        return columns.source(input.reader.relation(of: raw, for: .convert), input: input)
      }
    }
  }

  /// Builds on the graph that is there while nobody else can change it.
  private func build(
    _ sources: [PeopleSource], into scope: IdentityScope, mode: Mode, sandbox: IdentityManifest.Sandbox?,
    in area: StagingArea, progress: @escaping @Sendable (Progress) -> Void
  ) async throws -> IdentityManifest {
    try await store.withLock(scope) {
      let manifest = mode == .append ? try await store.manifest(scope) : try await store.manifestToReplace(scope)
      let known = mode == .append ? try await store.known(manifest, of: scope) : nil
      let secret = try await store.linkSecret(scope, of: manifest)
      let build = IdentityBuild(area: area, settings: settings, secret: secret, known: known)
      for (number, source) in sources.enumerated() {
        try await build.convert(source, number: number) { fraction in
          progress(.converting(file: number + 1, of: sources.count, fraction: fraction))
        }
      }
      var staged = try await build.finish { progress(.writing(file: $0, of: $1)) }
      staged.sandbox = sandbox
      try Task.checkCancellation()
      return try await store.publish(staged, as: scope, mode: mode)
    }
  }
}

extension IdentityStore {
  /// The files of a graph that others can be added to; nil where nobody is in it.
  fileprivate func known(
    _ manifest: IdentityManifest, of scope: IdentityScope
  ) async throws(StorageError) -> IdentityBuild.Known? {
    guard let users = manifest.users else { return nil }
    let locations = try await locations(of: [users.listed], scope, for: .rewriting)
    return IdentityBuild.Known(
      users: locations[0], links: try await links(of: manifest, scope, for: .rewriting))
  }
}
