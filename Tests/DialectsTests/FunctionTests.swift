import Base
import Catalog
import Privacy
import TestSupport
import Testing

@testable import Dialects

/// Every function of the catalogue has an implementation, and is executed by a fixture.
@Suite struct FunctionTests {
  /// Functions with their own binding rules, which no dialect writes as calls.
  private static let boundSpecially: Set<String> = [
    "TRIM", "EXPLODE", "NAMED_ROW", "CONTAINED_IN", "CUSTOM_PARAMETER", "BUILT_IN_PARAMETER", "IF", "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
  ]

  @Test func everyFunctionIsImplementedOrBoundSpecially() {
    let names = Set(Catalogue.standard.functionNames.compactMap { Catalogue.standard.function(named: $0)?.name })
    let written = Set(Dialect.duckDB.functions.keys)
    #expect(names.subtracting(written).subtracting(Self.boundSpecially).isEmpty)
    #expect(written.subtracting(names).isEmpty, "the dialect writes functions that there are not")
    #expect(Dialect.duckDB.totalFunctions.isSubset(of: written))
  }

  @Test func everyFunctionAndAliasIsInAFixture() {
    let texts = FixtureTests.fixtures.map { $0.sql.uppercased() }.joined(separator: "\n")
    let words = Set(texts.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    for name in Catalogue.standard.functionNames {
      #expect(words.contains(name), "no fixture calls \(name)")
    }
  }

  @Test func unknownTemplateParametersStayEmpty() {
    #expect(FunctionTemplate.fill("f($1, $2, $*)", ["a", "b"]) == "f(a, b, a, b)")
    #expect(FunctionTemplate.fill("f($2)", ["$1", "x$2"]) == "f(x$2)")
  }

  @Test func literalsKeepTheirQuotes() {
    #expect(SQLLiteral.string("it's \0'x") == "'it''s ''x'")
    #expect(UTCDay(number: 0).text == "1970-01-01")
    #expect(UTCDay(number: -1).text == "1969-12-31")
    #expect(UTCDay(number: 19_782).text == "2024-02-29")
    #expect(SQLLiteral.timestamp(-1) == "1969-12-31 23:59:59.999999")
    #expect(SQLLiteral.timestamp(1_736_640_000_500_000) == "2025-01-12 00:00:00.500000")
  }
}
