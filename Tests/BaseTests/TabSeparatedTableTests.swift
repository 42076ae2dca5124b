import Base
import Testing

@Suite struct TabSeparatedTableTests {
  private enum Column: String, CaseIterable {
    case name
    case perSecond = "per_second"
    case burst
  }
  private typealias Table = TabSeparatedTable<Column>

  @Test func valuesAreFoundByColumnInAnyOrder() throws {
    let table = try Table("# limits\n\nper_second\tname\tburst\n1.5\ta\t-\n# more\n-\tb\t\n", file: "limits.tsv")
    #expect(table.rows.map { $0[.name] } == ["a", "b"])
    #expect(try table.rows.map { try $0.optional(.perSecond, Double.init) } == [1.5, nil])
    #expect(table.rows.allSatisfy { $0[.burst] == nil })
    #expect(table.rows.map(\.line) == [4, 6])
  }

  @Test func tablesWithoutHeaderUseTheOrderOfColumns() throws {
    let table = try Table("a\t2\t3", file: "limits.tsv", hasHeader: false)
    #expect(try table.rows.map { try $0.value(.burst, Int.init) } == [3])
  }

  @Test(arguments: [
    ("name\tburst\n", 1, TabSeparatedTableError.Problem.wrongColumns),
    ("name\tburst\tper_second\tother\n", 1, .wrongColumns),
    ("name\tname\tburst\n", 1, .wrongColumns),
    ("\nname\tburst\tper_second\na\tb\n", 3, .wrongFieldCount),
    ("name\tburst\tper_second\na\tb\tc\td\n", 2, .wrongFieldCount),
  ])
  func damageIsNamedWithItsLine(_ text: String, _ line: Int, _ problem: TabSeparatedTableError.Problem) {
    #expect(throws: TabSeparatedTableError(file: "limits.tsv", line: line, problem: problem)) {
      try Table(text, file: "limits.tsv")
    }
  }

  @Test func unfitValuesNameTheirColumn() throws {
    let row = try #require(try Table("-\tfast\t1", file: "limits.tsv", hasHeader: false).rows.first)
    let unfit = { TabSeparatedTableError(file: "limits.tsv", line: 1, problem: .unfitValue(column: $0)) }
    #expect(throws: unfit("name")) { try row.text(.name) }
    #expect(throws: unfit("per_second")) { try row.value(.perSecond, Double.init) }
    #expect(throws: unfit("per_second")) { try row.optional(.perSecond, Double.init) }
    #expect("\(row.unfit(.burst))" == "limits.tsv, line 1: the value of burst is missing or not fit.")
  }
}
