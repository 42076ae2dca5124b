import Foundation
import TestSupport
import Testing

@testable import Warehouse

/// Random sequences of uploads against a model that is a list of rows.
@Suite struct UploadPropertyTests {
  private struct Row: Hashable {
    var what: String
    var time: String?
  }

  /// The documented behaviour of a data set, as simple code.
  private struct Model {
    let period: DataSetPeriod?
    var rows: [Row] = []
    var uploads: [String: Int] = [:]

    private func partition(_ row: Row) -> String {
      guard let period, let time = row.time else { return "" }
      // As in 2026-01-31T23
      let count =
        switch period {
        case .hour: 13
        case .day: 10
        case .month: 7
        }
      return String(time.prefix(count))
    }

    /// Returns the number of accepted rows.
    mutating func upload(_ new: [Row], id: String, strategy: UpdateStrategy) -> Int {
      if let before = uploads[id] { return before }
      let old = Set(rows.map(partition))
      let coming = Set(new.map(partition))
      var taken = new
      switch strategy {
      case .additive: break
      case .fullReplace: rows = []
      case .overlapReplace: rows = rows.filter { !coming.contains(partition($0)) }
      case .overlapKeep: taken.removeAll { old.contains(partition($0)) }
      }
      rows += taken
      uploads[id] = taken.count
      return taken.count
    }
  }

  private static let sequences = 6
  private static let uploadsPerSequence = 12

  @Test func uploadsMatchTheModel() async throws {
    let seed = SeededGenerator.seed(standard: 20_260_301)
    var generator = SeededGenerator(seed: seed)
    for sequence in 0..<Self.sequences {
      let period = [DataSetPeriod.hour, .day, .month, nil][sequence % 4]
      let schema = period.map(DataSetFixture.events) ?? DataSetFixture.products
      let fixture = try await DataSetFixture(schema)
      var model = Model(period: period)
      for number in 0..<Self.uploadsPerSequence {
        let run: Comment = "ADYTON_TEST_SEED=\(seed), sequence \(sequence), upload \(number)"
        let strategies = period == nil ? [.additive, .fullReplace] : UpdateStrategy.allCases
        let strategy = strategies.randomElement(using: &generator) ?? .additive
        let files = (0..<Int.random(in: 1...3, using: &generator)).map { file in
          (0..<Int.random(in: 0...6, using: &generator)).map { row in
            Row(what: "\(number)-\(file)-\(row)", time: period.map { _ in Self.time(&generator) })
          }
        }
        let isBroken = Int.random(in: 0..<6, using: &generator) == 0
        let isRepeated = number > 0 && Int.random(in: 0..<6, using: &generator) == 0
        let id = isRepeated ? "upload-\(number - 1)" : "upload-\(number)"
        let uploaded = try files.enumerated().map { index, rows in
          try fixture.write("\(index).csv", Data(Self.text(rows, period, isBroken: isBroken && index == 0).utf8))
        }
        let isHeld = model.uploads[id] != nil
        do {
          let metrics = try await fixture.load(uploaded, id: id, strategy: strategy)
          #expect(!isBroken || isHeld, run)
          #expect(metrics.outputRowCount == model.upload(files.flatMap { $0 }, id: id, strategy: strategy), run)
        } catch is LoadRefusal {
          #expect(isBroken && !isHeld, run)
        }
        let name = period == nil ? "sku" : "what"
        let stored = try await fixture.rows("SELECT \(name) FROM data ORDER BY 1").map { $0[0] }
        #expect(stored == model.rows.map(\.what).sorted(), run)
        #expect(try await fixture.manifest.rowCount == model.rows.count, run)
      }
    }
  }

  /// Times that often fall into the same partitions, at their edges too.
  private static func time(_ generator: inout SeededGenerator) -> String {
    let day = ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"].randomElement(using: &generator) ?? ""
    let time = ["00:00:00", "10:59:59", "11:00:00", "23:59:59"].randomElement(using: &generator) ?? ""
    return "\(day)T\(time)Z"
  }

  private static func text(_ rows: [Row], _ period: DataSetPeriod?, isBroken: Bool) -> String {
    let header = period == nil ? "sku\n" : "what,at\n"
    let lines = rows.map { row in row.what + (row.time.map { ",\($0)" } ?? "") + "\n" }
    return header + lines.joined() + (isBroken ? (period == nil ? "x,y\n" : "x,yesterday\n") : "")
  }
}
