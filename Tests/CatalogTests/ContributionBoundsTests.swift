import Catalog
import Testing

/// The bounds of what one user adds in noise mode.
@Suite struct ContributionBoundsTests {
  private static let sources = Catalogue.standard.dataSources

  /// A number that names something has no sum that means anything.
  private static func namesSomething(_ column: Column) -> Bool {
    column.name.hasSuffix("_id") && column.kind == .dimension
  }

  @Test func everyNumberOfEveryDataSourceHasBounds() {
    for source in Self.sources {
      let bounds = source.contributionBounds
      #expect(bounds.rows >= 1, "\(source.name)")
      for column in source.columns where column.type.isNumeric {
        let (value, part) = (bounds.values[column.name.lowercased()], bounds.parts[column.name.lowercased()])
        if Self.namesSomething(column) {
          #expect(value == nil && part == nil, "\(source.name).\(column.name)")
        } else {
          #expect(value != nil && part != nil, "\(source.name).\(column.name)")
        }
      }
    }
  }

  @Test func boundsAreThoseOfColumnsAndFitTogether() {
    for source in Self.sources {
      let bounds = source.contributionBounds
      for name in Set(bounds.values.keys).union(bounds.parts.keys) {
        #expect(source.column(named: name)?.type.isNumeric == true || source.isForAudiences, "\(source.name).\(name)")
      }
      for (name, part) in bounds.parts {
        guard let value = bounds.values[name] else { continue }
        // A user may have no row, and one row may be all that a user has.
        #expect(part.contains(0) && part.upperBound >= value.upperBound, "\(source.name).\(name)")
        #expect(part.upperBound <= value.upperBound * bounds.rows, "\(source.name).\(name)")
      }
    }
  }

  @Test func uploadsHaveNoBoundsButTheNumberOfTheirRows() {
    let upload = DataSource.uploaded(
      name: "points", columns: [.init(name: "points", type: .bigint, kind: .metric)], userColumn: "user_id",
      eventTimeColumn: nil)
    #expect(upload.contributionBounds.values.isEmpty && upload.contributionBounds.parts.isEmpty)
    #expect(upload.contributionBounds.rows == 10)
  }
}
