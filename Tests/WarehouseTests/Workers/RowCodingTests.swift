import FirstPartyData
import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

/// The messages between the server and a worker.
@Suite struct RowCodingTests {
  private static let rows: [[EngineValue]] = [
    [.null, .boolean(true), .boolean(false)],
    [.integer(.min), .integer(-1), .integer(.max)],
    [.double(-0.0), .double(.infinity), .double(5e-324)],
    [.text(""), .text("naïve 🦊\u{0}"), .text(String(repeating: "x", count: 70_000))],
    [],
  ]

  private func decoded(_ batches: [[UInt8]]) throws -> [[EngineValue]] {
    try batches.flatMap { batch in try RowCoding.rows(batch) }
  }

  @Test func rowsComeBackAsTheyWere() throws {
    #expect(try decoded(RowCoding.batches(Self.rows)) == Self.rows)
    #expect(RowCoding.batches([]).isEmpty)
  }

  @Test func manyRowsAreSentInBatches() throws {
    let rows = (0..<200_000).map { [EngineValue.integer($0), .text("row \($0)")] }
    let batches = RowCoding.batches(rows)
    #expect(batches.count > 1)
    #expect(batches.allSatisfy { $0.count < RowCoding.batchByteCount + 100 })
    #expect(try decoded(batches) == rows)
  }

  /// A worker that was taken over may send anything.
  @Test func nothingElseIsRead() throws {
    let whole = RowCoding.batches(Self.rows)[0]
    for length in stride(from: 1, to: whole.count, by: 997) {
      // A part is refused, or its last row is whole.
      if let rows = try? RowCoding.rows(Array(whole.prefix(length))) { #expect(Self.rows.starts(with: rows)) }
    }
    let hostile: [[UInt8]] = [
      [1, 0, 0, 0], [255, 255, 255, 255], [1, 0, 0, 0, 9], [1, 0, 0, 0, 5, 255, 255, 255, 255, 65],
    ]
    for bytes in hostile {
      #expect(throws: EngineError(.failed)) { try RowCoding.rows(bytes) }
    }
  }

  @Test func anOrderComesBackAsItWas() throws {
    var settings = EngineSettings(threads: 3, spillFolder: URL(filePath: "/spill"), timeLimit: .seconds(90))
    settings.spillLimitBytes = 5
    let access = SessionAccess(
      files: [EngineLocation(path: "/a b/ü.parquet")], folders: [URL(filePath: "/out", directoryHint: .isDirectory)],
      keepsJoinOrder: true, isTrusted: true, consent: ConsentPolicy(isMandatory: true, vendor: 7, purposes: [1, 24]))
    let order = WorkerOrder(settings, access: access, spillFolder: URL(filePath: "/spill/work-1"))
    let read = try WorkerFrame(.order, json: order).json(WorkerOrder.self)
    #expect(read == order)
    #expect(read.access.files == access.files)
    #expect(read.access.consent == access.consent)
    #expect(read.access.keepsJoinOrder && read.access.isTrusted)
    #expect(read.settings.threads == 3)
    #expect(read.settings.timeLimit == nil)
    #expect(read.limits.cpuSeconds == 150 * 4)
    #expect(read.limits.memoryBytes > settings.memoryLimitBytes)
  }

  @Test(arguments: [0, 0.25, 1])
  func fractionsComeBackAsTheyWere(_ fraction: Double) {
    #expect(WorkerFrame(fraction: fraction).fraction == fraction)
  }

  @Test func whatIsNoFractionIsNone() {
    #expect(WorkerFrame(fraction: .nan).fraction == nil)
    #expect(WorkerFrame(fraction: 1.5).fraction == nil)
    #expect(WorkerFrame(.progress, [1]).fraction == nil)
  }
}

@Suite struct WorkerChannelTests {
  /// A channel whose other end is here.
  private final class Ends {
    let (input, output) = (Pipe(), Pipe())
    var channel: WorkerChannel {
      WorkerChannel(
        reading: input.fileHandleForReading.fileDescriptor, writing: output.fileHandleForWriting.fileDescriptor)
    }

    func write(_ bytes: [UInt8]) throws {
      try input.fileHandleForWriting.write(contentsOf: Data(bytes))
      try input.fileHandleForWriting.close()
    }
  }

  @Test func messagesComeBackAsTheyWere() throws {
    let ends = Ends()
    let frames = [WorkerFrame(.ready), WorkerFrame(.query, text: "SELECT 'ü'"), WorkerFrame(fraction: 0.5)]
    for frame in frames { try ends.channel.send(frame) }
    let other = WorkerChannel(reading: ends.output.fileHandleForReading.fileDescriptor, writing: -1)
    for frame in frames { #expect(try other.receive() == frame) }
  }

  @Test(
    arguments: [
      [], [1, 0], [0, 0, 0, 0, 200], [255, 255, 255, 255, 1], [5, 0, 0, 0, 1, 65],
    ] as [[UInt8]])
  func whatIsNoMessageEndsTheChannel(_ bytes: [UInt8]) throws {
    let ends = Ends()
    try ends.write(bytes)
    #expect(throws: WorkerChannel.Closed.self) { try ends.channel.receive() }
  }

  /// A worker does not give orders, and a row that is none is not shown.
  @Test(arguments: [WorkerFrame(.order), WorkerFrame(.walls), WorkerFrame(.rows, [9]), WorkerFrame(.progress, [1])])
  func strangeAnswersEndTheWork(_ frame: WorkerFrame) throws {
    let (ends, answers) = (Ends(), Ends())
    try answers.channel.send(frame)
    let channel = WorkerChannel(
      reading: answers.output.fileHandleForReading.fileDescriptor, writing: ends.channel.writing)
    #expect(channel.ask(WorkerFrame(.query, text: "SELECT 1")) == .closed)
  }
}

@Suite struct WorkerEndTests {
  private static let limit: UInt64 = 1 << 30

  @Test(arguments: [
    (WorkerProcess.End(signal: SIGABRT, exitCode: 0), 1 << 20, EngineError.Code.workerEnded),
    (WorkerProcess.End(signal: SIGKILL, exitCode: 0), 1 << 20, .workerEnded),
    (WorkerProcess.End(signal: 0, exitCode: 1), 1 << 20, .workerEnded),
    (WorkerProcess.End(signal: 0, exitCode: 70), 1 << 20, .outOfMemory),
    (WorkerProcess.End(signal: SIGABRT, exitCode: 0), 1 << 30, .outOfMemory),
    (WorkerProcess.End(signal: SIGKILL, exitCode: 0), 1 << 30, .outOfMemory),
    (WorkerProcess.End(signal: SIGXCPU, exitCode: 0), 1 << 20, .timeout),
  ])
  func theEndOfAWorkerHasACode(_ end: WorkerProcess.End, _ peakBytes: UInt64, _ code: EngineError.Code) {
    #expect(end.code(peakBytes: peakBytes, memoryLimitBytes: Self.limit) == code)
  }
}
