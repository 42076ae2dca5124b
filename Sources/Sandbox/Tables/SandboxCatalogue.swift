import Catalog

/// The data sources that a sandbox fills.
struct SandboxCatalogue: Sendable {
  private let sources: [String: DataSource]

  init(_ sources: [DataSource]) {
    self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The data source with the name.
  ///
  /// - Throws: `SandboxRecipeError` if the catalogue does not have it any more.
  func source(_ name: String) throws(SandboxRecipeError) -> DataSource {
    guard let source = sources[name] else { throw SandboxRecipeError(table: name, missing: [], unknown: []) }
    return source
  }
}
