import Catalog

/// The data sources that a sandbox fills.
struct SandboxCatalogue: Sendable {
  private let sources: [String: DataSource]

  init(_ sources: [DataSource]) {
    self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The table of that name. Throws when the catalogue has lost it.
  func source(_ name: String) throws(SandboxRecipeError) -> DataSource {
    guard let source = sources[name] else { throw SandboxRecipeError(table: name, missing: [], unknown: []) }
    return source
  }
}
