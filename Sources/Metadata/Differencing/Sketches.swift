package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// The sketch of a row that a result showed, for the comparison with later rows.
package struct SketchRecord: StoredRecord {
  package static let databaseTableName = "sketch"
  package enum CodingKeys: String, StoredColumn { case id, instanceID, digest, content }

  /// nil before the insert.
  package var id: Int64?
  package var instanceID: String
  /// The same for rows that show the same of the same users.
  package var digest: Int64
  package var content: Data
}

/// A place at which a sketch is found by others that are nearly the same.
package struct SketchAddressRecord: StoredRecord {
  package static let databaseTableName = "sketchAddress"
  package enum CodingKeys: String, StoredColumn { case address, sketchID }

  package var address: Int64
  package var sketchID: Int64
}

/// An execution that showed a row with that sketch.
package struct SketchReleaseRecord: StoredRecord {
  package static let databaseTableName = "sketchRelease"
  package enum CodingKeys: String, StoredColumn { case sketchID, executionID, aggregation }

  package var sketchID: Int64
  package var executionID: String
  /// The number of the aggregation in the execution's query.
  package var aggregation: Int
}

/// The releases that an execution's rows are compared with.
package struct SketchScope: Sendable {
  package var instanceID: String
  package var executionID: String
  package var aggregation: Int
  /// Whether the rows of the aggregation itself count.
  package var includesOwn: Bool
  /// Executions noted before do not count.
  package var since: Date
  /// How many of the newest other executions count.
  package var executionLimit: Int

  package init(
    instanceID: String, executionID: String, aggregation: Int, includesOwn: Bool, since: Date, executionLimit: Int
  ) {
    self.instanceID = instanceID
    self.executionID = executionID
    self.aggregation = aggregation
    self.includesOwn = includesOwn
    self.since = since
    self.executionLimit = executionLimit
  }
}

extension MetadataReading {
  /// How many different rows are stored.
  package func sketchCount() throws -> Int { try SketchRecord.fetchCount(database) }
}

extension WriteTransaction {
  /// The number of the oldest execution that counts in the scope.
  package func firstSequence(in scope: SketchScope) throws -> Int64 {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT sequence FROM question WHERE instanceID = ? AND executionID <> ? ORDER BY sequence DESC LIMIT 1 OFFSET ?
        """, arguments: [scope.instanceID, scope.executionID, max(scope.executionLimit - 1, 0)]) ?? 0
  }

  /// The id of the sketch with the digest, and whether a result that counts has shown it.
  package func sketch(
    digest: Int64, in scope: SketchScope, from firstSequence: Int64
  ) throws -> (id: Int64, isReleased: Bool)? {
    let row = try database.cachedStatement(
      sql: "SELECT id, \(Self.isReleased) FROM sketch WHERE instanceID = ? AND digest = ?")
    let arguments = Self.arguments(scope, firstSequence) + [scope.instanceID, digest]
    return try Row.fetchOne(row, arguments: arguments).map { ($0[0], $0[1]) }
  }

  /// The sketches at an address that results that count have shown.
  package func sketches(
    at address: Int64, in scope: SketchScope, from firstSequence: Int64, limit: Int
  ) throws -> [(id: Int64, content: Data)] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT sketch.id, sketch.content FROM sketchAddress JOIN sketch ON sketch.id = sketchAddress.sketchID
        WHERE sketchAddress.address = ? AND sketch.instanceID = ? AND \(Self.isReleased) LIMIT ?
        """)
    let arguments: StatementArguments =
      [address, scope.instanceID] + Self.arguments(scope, firstSequence) + [limit]
    return try Row.fetchAll(statement, arguments: arguments).map { ($0[0], $0[1]) }
  }

  /// Whether a result that counts has shown the sketch. Executions that failed have no result.
  private static let isReleased = """
    EXISTS (SELECT 1 FROM sketchRelease JOIN question ON question.executionID = sketchRelease.executionID
      WHERE sketchRelease.sketchID = sketch.id AND question.createdAt >= ?
      AND (sketchRelease.executionID = ? AND (? OR sketchRelease.aggregation <> ?)
        OR sketchRelease.executionID <> ? AND question.sequence >= ?)
      AND NOT EXISTS (SELECT 1 FROM execution WHERE id = sketchRelease.executionID AND status = 'FAILED'))
    """

  private static func arguments(_ scope: SketchScope, _ firstSequence: Int64) -> StatementArguments {
    [
      scope.since.databaseMilliseconds, scope.executionID, scope.includesOwn, scope.aggregation, scope.executionID,
      firstSequence,
    ]
  }

  /// Stores a sketch, and returns its id.
  package func insertSketch(
    instanceID: String, digest: Int64, content: Data, addresses: [Int64]
  ) throws -> Int64 {
    try SketchRecord(id: nil, instanceID: instanceID, digest: digest, content: content).insert(database)
    let id = database.lastInsertedRowID
    let statement = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO sketchAddress (address, sketchID) VALUES (?, ?)")
    for address in addresses { try statement.execute(arguments: [address, id]) }
    return id
  }

  /// Notes that the execution's result shows the row with the sketch.
  package func release(sketchID: Int64, executionID: String, aggregation: Int) throws {
    try SketchReleaseRecord(sketchID: sketchID, executionID: executionID, aggregation: aggregation)
      .insert(database, onConflict: .ignore)
  }

  /// Forgets what an earlier attempt of the execution noted, and sketches that no result of the period has shown.
  package func beginReleases(executionID: String, instanceID: String, since: Date) throws {
    try SketchReleaseRecord.filter { $0.executionID == executionID }.deleteAll(database)
    try database.execute(
      sql: """
        DELETE FROM sketchRelease WHERE executionID IN
          (SELECT executionID FROM question WHERE instanceID = ? AND createdAt < ?)
        """, arguments: [instanceID, since.databaseMilliseconds])
    guard database.changesCount > 0 else { return }
    try database.execute(
      sql: """
        DELETE FROM sketch WHERE instanceID = ?
          AND NOT EXISTS (SELECT 1 FROM sketchRelease WHERE sketchID = sketch.id)
        """, arguments: [instanceID])
  }
}
