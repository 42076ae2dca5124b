import AMCSQL
@testable import Catalog
import Testing

@testable import Privacy

/// The hidden columns, which say whose a relation's rows are, must reach every place that reads them.
@Suite struct HiddenColumnTests {
  private let key = RelationColumn(id: ColumnID(0), name: "user_id", type: .userKey)
  private let presence = RelationColumn(id: ColumnID(1), name: "presence", type: .userKey)
  private let campaign = RelationColumn(id: ColumnID(2), name: "campaign", type: .string)

  private func rows(of columns: [RelationColumn]) throws -> Relation {
    let items = columns.map { Relation.Project.Item(column: $0, expression: .null($0.type, at: .none)) }
    return .project(.init(input: try Self.query().body, items: items))
  }

  private static func query() throws -> BoundQuery {
    try Binder.bind(Parser.parse("SELECT COUNT(*) AS n FROM dsp_impressions"), in: CorpusTests.context)
  }

  private var users: UserRows {
    UserRows(
      key: key, equal: [key.id],
      paths: [
        .init(presence: key, name: PathName(dataSource: "dsp_impressions")),
        .init(presence: presence, name: PathName(dataSource: "dsp_clicks")),
      ])
  }

  @Test func rowsWithAllHiddenColumnsPass() throws {
    try users.requireHiddenColumns(in: try rows(of: [campaign, presence, key]), at: .none)
  }

  @Test func rowsThatLostAHiddenColumnAreRefused() throws {
    for columns in [[campaign], [campaign, key], [campaign, presence]] {
      let relation = try rows(of: columns)
      let refusal = #expect(throws: Diagnostic.self) {
        try users.requireHiddenColumns(in: relation, at: .none)
      }
      #expect(refusal?.code == .unsupported)
    }
  }

  /// An aggregation reads the hidden columns, so it is refused if the rewriter has lost one.
  @Test func anAggregationOfRowsThatLostAHiddenColumnIsRefused() throws {
    let query = try Self.query()
    var analysis = SensitivityAnalysis()
    analysis.analyse(query)
    var rewriter = ThresholdRewriter(query, analysis, Thresholds(), AggregationControls())
    let count = RelationColumn(id: ColumnID(3), name: "n", type: .bigint)
    func aggregate(_ input: Relation) -> Relation.Aggregate {
      .init(
        input: input, keys: [],
        calls: [
          .init(
            column: count, function: RelationBuilder.function("COUNT"), arguments: [], isDistinct: false, filter: nil,
            span: query.span)
        ], span: query.span)
    }
    let whole = try rows(of: [campaign, key, presence])
    _ = try rewriter.aggregate(aggregate(whole), whole, users, rowsMax: 1)
    let lost = try rows(of: [campaign, key])
    let refusal = #expect(throws: Diagnostic.self) {
      try rewriter.aggregate(aggregate(lost), lost, users, rowsMax: 1)
    }
    #expect(refusal?.code == .unsupported)
  }
}
