import AdvertiserData
import Base
import CleanRoom
import Foundation
import Measurement
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import TestSupport
import Testing

@testable import Migration

/// An instance to import into.
struct ImportRoom {
  let folder: TemporaryFolder
  let store: MetadataStore
  let queries: FakeQueryService
  let services: Importer.Services

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    queries = FakeQueryService(objects: try LocalFolderStorage(root: URL(filePath: folder.file("objects"))))
    let clock = ManualClock(Fixtures.now)
    services = Importer.Services(
      store: store, workflows: WorkflowService(store: store, queries: queries, clock: clock),
      schedules: ScheduleService(store: store, clock: clock),
      dataSets: DataSetService(store: store, rows: NoDataSetStorage(), clock: clock), clock: clock)
    try await InstanceService(store: store).create(Fixtures.setup, at: Fixtures.now)
  }

  var instance: InstanceRecord {
    get async throws {
      try #require(try await store.read { try $0.find(InstanceRecord.self, id: Fixtures.setup.instanceID) })
    }
  }

  func run(_ text: String, replaces: Bool = false, isDryRun: Bool = false) async throws -> ImportReport {
    let path = folder.file("export.json")
    try Data(text.utf8).write(to: URL(filePath: path))
    var reader = ExportReader()
    reader.read(path)
    return try await Importer(services, into: try await instance, replaces: replaces, isDryRun: isDryRun)
      .run(reader.items, problems: reader.problems)
  }

  /// `kind id outcome code` of each item.
  func outcomes(_ report: ImportReport) -> [String] {
    report.items.map { item in
      ["\(item.kind)", item.id ?? "-", item.outcome.rawValue, item.code].compactMap(\.self).joined(separator: " ")
    }
  }
}

@Suite(.hangLimit)
struct ImportTests {
  private static let export = """
    [
      {"schedules": [
        {"scheduleId": "s1", "workflowId": "w1", "aggregationPeriod": "WEEKLY", "aggregationStartDay": "TUE",
         "aggregationHourUtc": 16, "scheduleEnabled": false, "lastRunTime": "2023-01-01T00:00:00Z"},
        {"scheduleId": "s2", "workflowId": "gone", "aggregationPeriod": "Daily"},
        {"scheduleId": "s3", "workflowId": "w1", "aggregationPeriod": "Monthly"},
        {"scheduleId": "s4", "workflowId": "w1", "scheduleExpression": "cron(0 6 ? * 2 *)"}]},
      {"workflow": {"workflowId": "w1", "sqlQuery": "SELECT campaign FROM good", "inputParameters": [], "creationTime": "x",
        "distinctUserCountColumn": "users"}},
      {"workflows": [{"workflowId": "w2", "sqlQuery": "SELECT campain FROM bad"}, {"workflowId": "w3"},
        {"workflowId": "a b", "sqlQuery": "SELECT 1 AS one FROM good"}], "nextToken": "more"},
      {"dataSets": [{"dataSetId": "Old-Visits", "dataSetType": "DIMENSION", "columns": []}], "nextToken": ""},
      {"executions": [{"workflowExecutionId": "e", "workflowId": "w1"}]}
    ]
    """
  private static let expected = [
    "dataSet Old-Visits created", "workflow w1 created", "workflow w2 failed query_refused",
    "workflow w3 failed invalid_field",
    "workflow a b failed invalid_field", "schedule s1 created", "schedule s2 failed invalid_field",
    "schedule s3 failed unsupported_schedule", "schedule s4 created",
  ]

  private func room() async throws -> ImportRoom {
    let room = try await ImportRoom()
    room.queries.answer(
      queriesWith: "bad", .refuse(.unknownColumn, message: "There is no such column.", line: 1, column: 8))
    return room
  }

  @Test func validItemsAreImportedAndOthersReported() async throws {
    let room = try await room()
    let report = try await room.run(Self.export)
    #expect(room.outcomes(report) == Self.expected)
    #expect(report.problems.map(\.code) == [.morePages, .unknownItem])
    #expect(!report.isWhole)
    let refused = try #require(report.items.first { $0.id == "w2" })
    #expect(refused.diagnostics.map { "\($0.line):\($0.column) \($0.code)" } == ["1:8 unknown_column"])
    #expect(report.items.first { $0.id == "w1" }?.leftOut == ["creationTime"])
    #expect(report.items.first { $0.id == "s1" }?.leftOut == ["lastRunTime"])
    #expect(report.counts["workflow"] == ["created": 1, "failed": 3])
    let id = Fixtures.setup.instanceID
    let schedule = try #require(try await room.store.read { try $0.schedule(id: "s1", instanceID: id) })
    #expect(
      schedule.period == .weekly && schedule.startDay == .tuesday && schedule.hourUTC == 16 && !schedule.isEnabled)
    #expect(schedule.requiresSyntheticData, "A sandbox takes no other schedules.")
    let timed = try #require(try await room.store.read { try $0.schedule(id: "s4", instanceID: id) })
    #expect(timed.period == .weekly && timed.startDay == .monday && timed.hourUTC == 6 && timed.isEnabled)
    let workflow = try #require(try await room.store.read { try $0.workflow(id: "w1", instanceID: id) })
    #expect(try WorkflowDefinition(stored: workflow.definition).distinctUserCountColumn == "users")
    #expect(try await room.store.read { try $0.dataSet(id: "Old-Visits", instanceID: id) }?.isLegacy == true)
  }

  @Test func importingAgainChangesNothing() async throws {
    let room = try await room()
    _ = try await room.run(Self.export)
    let id = Fixtures.setup.instanceID
    let before = try await room.store.read {
      (
        try $0.workflows(instanceID: id, afterSequence: 0, limit: 9),
        try $0.schedules(instanceID: id, afterSequence: 0, limit: 9)
      )
    }
    for replaces in [false, true] {
      let again = try await room.run(Self.export, replaces: replaces)
      #expect(room.outcomes(again) == Self.expected.map { $0.replacing("created", with: "unchanged") })
    }
    let after = try await room.store.read {
      (
        try $0.workflows(instanceID: id, afterSequence: 0, limit: 9),
        try $0.schedules(instanceID: id, afterSequence: 0, limit: 9)
      )
    }
    #expect(before == after)
  }

  @Test func changesAreInTheAuditLogOnce() async throws {
    let room = try await room()
    for _ in 0..<2 { _ = try await room.run(Self.export) }
    _ = try await room.run(Self.export, isDryRun: true)
    let records = try await room.store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 100) }.filter {
      $0.action == "instance.import"
    }
    #expect(records.map(\.details) == [#"{"schedules":"2","workflows":"1"}"#])
    #expect(records.map(\.actor) == [.operatorAtMachine])
  }

  @Test func dryRunsReportTheSameAndWriteNothing() async throws {
    let room = try await room()
    #expect(room.outcomes(try await room.run(Self.export, isDryRun: true)) == Self.expected)
    let id = Fixtures.setup.instanceID
    #expect(try await room.store.read { try $0.workflows(instanceID: id, afterSequence: 0, limit: 9) }.isEmpty)
    #expect(try await room.store.read { try $0.schedules(instanceID: id, afterSequence: 0, limit: 9) }.isEmpty)
    #expect(try await room.store.read { try $0.dataSet(id: "Old-Visits", instanceID: id) } == nil)
  }

  @Test func conflictsStayUnlessReplaced() async throws {
    let room = try await room()
    _ = try await room.run(Self.export)
    let changed = Self.export.replacing("SELECT campaign", with: "SELECT advertiser").replacing(
      "\"TUE\"", with: "\"Friday\"")
    let kept = try await room.run(changed)
    #expect(kept.items.filter { $0.outcome == .conflict }.map(\.id) == ["w1", "s1"])
    #expect(kept.items.first { $0.outcome == .conflict }?.code == "different_content")
    let replaced = try await room.run(changed, replaces: true)
    #expect(replaced.items.filter { $0.outcome == .updated }.map(\.id) == ["w1", "s1"])
    #expect(try await room.run(changed).items.count { $0.outcome == .unchanged } == 4)
  }

  @Test func linesAndFoldersAreRead() async throws {
    let folder = try TemporaryFolder()
    let lines = "{\"workflowId\": \"a\", \"sqlQuery\": \"x\"}\n\n{\"scheduleId\": \"b\"}\nnonsense\n"
    try Data(lines.utf8).write(to: URL(filePath: folder.file("a.ndjson")))
    try Data("[]".utf8).write(to: URL(filePath: folder.file("b.txt")))
    var reader = ExportReader()
    reader.read(folder.path)
    reader.read(folder.file("none"))
    #expect(reader.items.map(\.id) == ["a", "b"])
    #expect(reader.items.map(\.location) == [folder.path + "/a.ndjson:1", folder.path + "/a.ndjson:3"])
    #expect(reader.problems.map(\.code) == [.malformed, .unreadable])
    #expect(reader.problems.map(\.place) == [folder.path + "/a.ndjson:4", folder.file("none")])
  }

  @Test(arguments: [
    ("cron(0 16 * * ? *)", "Daily - 16"), ("cron(0 0 ? * SUN *)", "Weekly Sunday 0"), ("rate(1 day)", "Daily - -"),
    ("rate(7 days)", "Weekly - -"), ("cron(0 7 ? * 7 *)", "Weekly Saturday 7"),
  ])
  func timersBecomePeriods(_ expression: String, _ expected: String) throws {
    let times = try ScheduleTimes(expression: expression)
    let hour = times.hourUTC.map(String.init) ?? "-"
    #expect("\(times.period.rawValue) \(times.startDay?.rawValue ?? "-") \(hour)" == expected)
  }

  @Test(arguments: [
    "cron(0/15 * * * ? *)", "cron(30 6 * * ? *)", "cron(0 6 1 * ? *)", "cron(0 6 ? * MON-FRI *)", "rate(1 hour)",
    "at(2023)",
    "cron(0 6 ? * 9 *)", "cron(0 24 * * ? *)",
  ])
  func otherTimersAreRefused(_ expression: String) {
    #expect { try ScheduleTimes(expression: expression) } throws: {
      ($0 as? ExportedItemError)?.code == "unsupported_schedule"
    }
  }
}
