import Catalog
import Warehouse

/// The tables that commands can write.
enum CommandTables {
  /// The table of that name. Ends the command with a suggestion where there is none.
  static func source(named name: String) throws -> DataSource {
    let catalogue = Catalogue.standard
    let tables = catalogue.dataSources.filter { !$0.isForAudiences } + InternalTables.all
    if let source = tables.first(where: { $0.name == name.lowercased() }) { return source }
    if let audience = catalogue.dataSource(named: name) {
      throw CommandFailure.usage("'\(audience.name)' follows from '\(audience.baseName)'; load that one.")
    }
    let nearest = Suggestion.nearest(to: name, among: tables.map(\.name))
    throw CommandFailure.usage("There is no table '\(name)'.\(nearest.map { " Did you mean '\($0)'?" } ?? "")")
  }
}
