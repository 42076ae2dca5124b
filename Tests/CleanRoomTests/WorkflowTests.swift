import Base
import Catalog
import CleanRoom
import Foundation
import Measurement
import Metadata
import Queries
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct WorkflowTests {
  private func draft(
    _ id: String = "w", _ change: (inout WorkflowDefinition) throws -> Void = { _ in }
  ) rethrows -> WorkflowDraft {
    var definition = WorkflowDefinition(sqlQuery: "SELECT COUNT(DISTINCT user_id) AS reach FROM dsp_impressions")
    try change(&definition)
    return WorkflowDraft(id: id, definition: definition)
  }

  private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

  @Test func everyFieldRoundTrips() async throws {
    let room = try await Room()
    let draft = try draft { definition in
      definition.inputParameters = try InputParameter.list(
        from: json(
          #"[{"name": "a", "dataType": {"type": "ARRAY", "elementDataType": "DATE"}, "columnType": "METRIC"}]"#))
      definition.outputFormat = try OutputFormat(from: json(#"{"separatorCharacter": ";", "quoteCharacter": "'"}"#))
      definition.privacyFilteringBehavior = .removeValues
      definition.filteredMetricsDiscriminatorColumn = "filtered"
      definition.distinctUserCountColumn = "du_count"
      definition.filteredReasonColumn = "true"
    }
    try await room.workflows.create(draft, in: try await room.instance)
    let workflow = try await room.workflows.workflow(id: "w", instanceID: Fixtures.setup.instanceID)
    #expect(workflow.definition == draft.definition)
  }

  @Test func existingIDsAreRefusedInAMCsWords() async throws {
    let room = try await Room()
    try await room.workflows.create(draft("Streaming_T.V_Performance-Report2023"), in: try await room.instance)
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(draft("Streaming_T.V_Performance-Report2023"), in: try await room.instance)
    }
    #expect(error?.message == "Workflow with ID Streaming_T.V_Performance-Report2023 already exists.")
    #expect(error?.kind == .invalid)
  }

  @Test(arguments: ["", " ", "a b", "a/b", "ä", "..", ".", String(repeating: "x", count: 129)])
  func anIDHasLettersDigitsPeriodsDashesAndUnderscores(_ id: String) async throws {
    let room = try await Room()
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(draft(id), in: try await room.instance)
    }
    #expect(error?.message.hasPrefix("workflowId must have 1 to 128") == true)
  }

  @Test func invalidQueriesAreNotSaved() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "nothing", .refuse(.unknownTable, message: "There is none.", line: 1, column: 15))
    let bad = draft { $0.sqlQuery = "SELECT 1 FROM nothing" }
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(bad, in: try await room.instance)
    }
    #expect(error?.code == "query_refused")
    await #expect(throws: CleanRoomError.unknownWorkflow) {
      _ = try await room.workflows.workflow(id: "w", instanceID: Fixtures.setup.instanceID)
    }
    // A refused update leaves the workflow as it was.
    try await room.workflows.create(draft(), in: try await room.instance)
    await #expect(throws: CleanRoomError.self) {
      try await room.workflows.update(bad, in: try await room.instance)
    }
    let workflow = try await room.workflows.workflow(id: "w", instanceID: Fixtures.setup.instanceID)
    #expect(workflow.definition.sqlQuery.contains("dsp_impressions"))
  }

  @Test func executionsKeepTheirDefinition() async throws {
    let room = try await Room()
    try await room.workflows.create(draft(), in: try await room.instance)
    var saved = Fixtures.executionDraft()
    saved.source = .saved(workflowID: "w")
    let before = try await room.createExecution(saved).id
    try await room.workflows.update(
      draft { $0.sqlQuery = "SELECT 2 AS other FROM dsp_impressions" }, in: try await room.instance)
    let after = try await room.createExecution(saved).id
    try await room.workflows.delete(id: "w", instanceID: Fixtures.setup.instanceID)
    try await room.running { [room] in
      await room.jobs.waitUntilFinished(before)
      await room.jobs.waitUntilFinished(after)
    }
    #expect(try await room.execution(before).workflowID == "w")
    // The two may run side by side.
    let others = room.queries.runs.filter { $0.request.sql.contains("other") }
    #expect(room.queries.runs.count == 2)
    #expect(others.map { $0.outputPrefix.contains(after) } == [true])
  }

  @Test func workflowsWithSchedulesCannotBeDeleted() async throws {
    let room = try await Room()
    try await room.workflows.create(draft(), in: try await room.instance)
    for id in ["one", "two"] {
      var schedule = ScheduleDraft(id: id, workflowID: "w", period: .daily)
      schedule.requiresSyntheticData = true
      try await room.schedules.create(schedule, in: try await room.instance)
    }
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.delete(id: "w", instanceID: Fixtures.setup.instanceID)
    }
    #expect(error == .workflowInUse(scheduleIDs: ["one", "two"]))
    #expect(error?.message.contains("one, two") == true)
  }

  // MARK: Parameters

  @Test func savedQueriesNameDeclaredParametersOnly() async throws {
    let room = try await Room()
    try await room.workflows.create(draft(), in: try await room.instance)
    var saved = Fixtures.executionDraft()
    saved.source = .saved(workflowID: "w")
    saved.parameterValues = .object(["a": .string("x")])
    let withValue = saved
    let error = await #expect(throws: CleanRoomError.self) { _ = try await room.createExecution(withValue) }
    #expect(error?.message.hasPrefix("parameterValues.a is not among the inputParameters") == true)
  }

  @Test func valuesAndTypesReachTheQuery() async throws {
    let room = try await Room()
    let workflow = try draft { definition in
      definition.inputParameters = try InputParameter.list(
        from: json(
          #"[{"name": "n", "dataType": "INTEGER", "defaultValue": 20}, {"name": "d", "dataType": "DATE"}]"#))
      definition.filteredMetricsDiscriminatorColumn = "filtered"
      definition.distinctUserCountColumn = "du"
      definition.outputFormat = try OutputFormat(from: json(#"{"separatorCharacter": "\t"}"#))
    }
    try await room.workflows.create(workflow, in: try await room.instance)
    var draft = Fixtures.executionDraft()
    draft.source = .saved(workflowID: "w")
    draft.parameterValues = .object(["d": .string("2025-05-01")])
    let id = try await room.createExecution(draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let request = try #require(room.queries.runs.first?.request)
    #expect(request.parameters == ["n": .integer(20), "d": .string("2025-05-01")])
    #expect(request.parameterTypes == ["n": .integer, "d": .date])
    #expect(request.controls.filtering == .removeValues)
    #expect(request.controls.filteredMetricsDiscriminatorColumn == "filtered")
    #expect(request.controls.distinctUserCountColumn == "du")
    #expect(!request.controls.areDisabled)
    #expect(request.csvFormat.separator == "\t")
    #expect(request.needsAllParameters)
  }

  // MARK: Output columns

  private static let actual = [
    QueryCheck.Column(name: "campaign", type: .string), QueryCheck.Column(name: "n", type: .bigint),
    QueryCheck.Column(name: "cost", type: .decimal(precision: 38, scale: 4)),
    QueryCheck.Column(name: "asins", type: .array(.string)),
  ]
  private static let columns = [
    #"{"name": "campaign", "dataType": "STRING", "columnType": "DIMENSION"}"#, #"{"name": "n", "dataType": "LONG"}"#,
    #"{"name": "cost", "dataType": "DECIMAL", "dataTypePrecision": 38, "dataTypeScale": 4}"#,
    #"{"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}"#,
  ]

  /// Declared columns, and what is wrong with them; nil where they fit.
  static let declarations: [(columns: [String], message: String?)] = [
    (columns, nil), (columns.dropLast(1) + [], "outputColumns has 3 columns where the query puts out 4."),
    ([columns[1], columns[0], columns[2], columns[3]], "outputColumns[0] is not what the query puts out there"),
    (
      [#"{"name": "Campaign", "dataType": "STRING"}"#] + columns.dropFirst(),
      "outputColumns[0] is not what the query puts out there: campaign of the type STRING."
    ),
    (
      [columns[0], #"{"name": "n", "dataType": "INTEGER"}"#, columns[2], columns[3]],
      "outputColumns[1] is not what the query puts out there: n of the type LONG."
    ),
    (
      [columns[0], columns[1], #"{"name": "cost", "dataType": "DECIMAL", "dataTypeScale": 2}"#, columns[3]],
      "outputColumns[2] is not"
    ),
    ([columns[0], columns[1], #"{"name": "cost", "dataType": "DECIMAL"}"#, columns[3]], nil),
    (columns + [columns[0]], "outputColumns has 5 columns where the query puts out 4."),
  ]

  @Test(arguments: declarations.indices)
  func queriesMustMatchDeclaredColumns(_ index: Int) async throws {
    let room = try await Room()
    room.queries.putOut(Self.actual)
    let (columns, message) = Self.declarations[index]
    let workflow = try draft { definition in
      definition.outputColumns = try OutputColumn.list(from: json("[\(columns.joined(separator: ", "))]"))
    }
    guard let message else {
      return try await room.workflows.create(workflow, in: try await room.instance)
    }
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(workflow, in: try await room.instance)
    }
    #expect(error?.code == "output_columns_mismatch")
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  // MARK: Queries of sandboxes and audiences

  @Test func audienceQueriesCanBeSaved() async throws {
    let room = try await Room()
    room.queries.answer(
      where: { $0.purpose == .measurement },
      .refuse(.audienceTableInMeasurement, message: "No.", line: 1, column: 1))
    try await room.workflows.create(draft(), in: try await room.instance)
    // As a measurement it still can't run.
    var saved = Fixtures.executionDraft()
    saved.source = .saved(workflowID: "w")
    let draft = saved
    let error = await #expect(throws: CleanRoomError.self) { _ = try await room.createExecution(draft) }
    #expect(error?.code == "query_refused")
  }

  @Test func queriesForOneKindOfAdvertiserCanBeSaved() async throws {
    let room = try await Room()
    room.queries.answer(
      where: { $0.purpose == .measurement },
      .refuse(.audienceTableInMeasurement, message: "No.", line: 1, column: 1))
    room.queries.answer(
      where: { $0.purpose == .audience(.display) },
      .refuse(.audienceTableNotAllowed, message: "No.", line: 1, column: 1))
    try await room.workflows.create(draft("one"), in: try await room.instance)
    room.queries.answer(
      where: { $0.purpose == .audience(.sponsoredAds) },
      .refuse(.userIdNotSelected, message: "No.", line: 1, column: 1))
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(draft("two"), in: try await room.instance)
    }
    #expect(error?.message.contains("audience_table_not_allowed") == true)
  }

  @Test func onlySandboxesSaveQueriesThatShowSingleUsers() async throws {
    let room = try await Room()
    room.queries.answer(
      where: { !$0.controls.areDisabled }, .refuse(.userLevelOutput, message: "No.", line: 1, column: 1))
    try await room.workflows.create(draft(), in: try await room.instance)
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let standard = try #require(
      try await room.store.read { try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.workflows.create(draft(), in: standard)
    }
    #expect(error?.code == "query_refused")
  }
}
