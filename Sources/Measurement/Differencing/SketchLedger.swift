import CleanRoom
import Metadata
import Privacy
import Queries

import struct Foundation.Date

/// The rows that an instance's results have shown, as sketches. It decides about each row of a new result, and notes
/// those that are shown.
struct SketchLedger: Sendable {
  /// How many rows one transaction decides about. The metadata have one writer, and others wait for it.
  static let rowsPerTransaction = 128
  /// How many earlier rows one row is compared with in detail. A row that resembles more of them is left out.
  static let candidatesMax = 4096

  let store: MetadataStore
  let budget: DisclosureBudget
  let execution: ExecutionRecord
  let since: Date

  /// The numbers of the rows that must not be shown. The others count as shown from now on.
  ///
  /// - Throws: `ReviewRefusal` where a row must not be shown and can't be left out.
  func review(_ stage: ReleasedStage) async throws -> Set<Int> {
    let scope = SketchScope(
      instanceID: execution.instanceID, executionID: execution.id, aggregation: stage.aggregation,
      includesOwn: stage.mayShareRows, since: since, executionLimit: budget.comparedExecutions)
    // The same row by each of its users.
    var rows: [Int: [ReleasedGroup]] = [:]
    for group in stage.sides.joined() { rows[group.number, default: []].append(group) }
    let numbers = rows.keys.sorted()
    var hidden: Set<Int> = []
    for start in stride(from: 0, to: numbers.count, by: Self.rowsPerTransaction) {
      let some = numbers[start..<min(start + Self.rowsPerTransaction, numbers.count)]
      let chunk = some.map { ($0, rows[$0] ?? []) }
      hidden.formUnion(try await store.write { try Self.decide(chunk, scope, $0) })
    }
    guard hidden.isEmpty || stage.canHide else {
      throw ReviewRefusal(reason: DifferencingGuard.differsByTooFew(execution))
    }
    return hidden
  }

  private static func decide(
    _ rows: [(Int, [ReleasedGroup])], _ scope: SketchScope, _ transaction: WriteTransaction
  ) throws -> Set<Int> {
    let first = try transaction.firstSequence(in: scope)
    var hidden: Set<Int> = []
    for (number, sides) in rows {
      if try sides.contains(where: { try isolatesSomebody($0, scope, first, transaction) }) {
        hidden.insert(number)
      } else {
        for side in sides { try note(side, scope, first, transaction) }
      }
    }
    return hidden
  }

  private static func isolatesSomebody(
    _ group: ReleasedGroup, _ scope: SketchScope, _ first: Int64, _ transaction: WriteTransaction
  ) throws -> Bool {
    // A row that was shown already tells nothing new.
    let digest = Int64(bitPattern: group.sketch.digest)
    if try transaction.sketch(digest: digest, in: scope, from: first)?.isReleased == true { return false }
    var compared: Set<Int64> = []
    for address in group.neighbours {
      let found = try transaction.sketches(
        at: Int64(bitPattern: address), in: scope, from: first, limit: candidatesMax + 1 - compared.count)
      for (id, content) in found where compared.insert(id).inserted {
        guard compared.count <= candidatesMax, let earlier = GroupSketch(data: content),
          !group.sketch.isolatesSomebody(beside: earlier)
        else { return true }
      }
    }
    return false
  }

  private static func note(
    _ group: ReleasedGroup, _ scope: SketchScope, _ first: Int64, _ transaction: WriteTransaction
  ) throws {
    let digest = Int64(bitPattern: group.sketch.digest)
    let known = try transaction.sketch(digest: digest, in: scope, from: first)?.id
    let id =
      try known
      ?? transaction.insertSketch(
        instanceID: scope.instanceID, digest: digest, content: group.sketch.data,
        addresses: group.addresses.map { Int64(bitPattern: $0) })
    try transaction.release(sketchID: id, executionID: scope.executionID, aggregation: scope.aggregation)
  }
}
