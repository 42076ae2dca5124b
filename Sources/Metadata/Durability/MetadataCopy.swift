import Foundation
import GRDB

/// Copies of a store, made while others write to it.
package enum MetadataCopy {
  /// The pages that are copied at a time.
  private static let pagesPerStep: CInt = 1_024

  /// A connection that reads the file at `path` and can't change it.
  private static func reader(
    of path: String, busyMode: Database.BusyMode = .immediateError
  ) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = busyMode
    // Bound values must never be part of an error's text.
    configuration.publicStatementArguments = false
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Copies the store at `path`, as it is at one moment, into a new file that is readable by its owner only. Uses
  /// SQLite's backup API within one snapshot, so that writers neither wait nor make it begin again. The copy is
  /// checked.
  ///
  /// - Parameter progress: Told the share that is copied, from 0 to 1.
  /// - Throws: `MetadataError`.
  package static func write(
    from path: String, to target: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws {
    do {
      let source = try reader(of: path, busyMode: .timeout(MetadataStore.busyTimeoutSeconds))
      let copy = try DatabaseQueue(path: target)
      try source.read { database in
        // Only a statement begins the snapshot.
        _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master")
        try copy.writeWithoutTransaction { copy in
          try database.backup(to: copy, pagesPerStep: pagesPerStep) { step in
            progress(Double(step.completedPageCount) / Double(max(step.totalPageCount, 1)))
          }
          // One file, without a log beside it.
          try copy.execute(sql: "PRAGMA journal_mode = DELETE")
          guard try isIntact(copy) else { throw MetadataError.corrupted }
        }
      }
      try source.close()
      try copy.close()
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
    } catch {
      throw MetadataError(hiding: error)
    }
  }

  /// Reads a copy, without changing it.
  ///
  /// - Throws: `MetadataError`; errors of `body`.
  package static func read<Value>(_ path: String, _ body: (ReadTransaction) throws -> Value) throws -> Value {
    do {
      let queue = try reader(of: path)
      let value = try queue.read { try body(ReadTransaction(access: DatabaseAccess(connection: $0))) }
      try queue.close()
      return value
    } catch {
      throw MetadataError.hidden(error)
    }
  }

  /// Whether SQLite finds nothing wrong with a file, and every reference has what it refers to.
  static func isIntact(_ database: Database) throws -> Bool {
    guard try String.fetchAll(database, sql: "PRAGMA integrity_check(1)") == ["ok"] else { return false }
    return try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") == nil
  }

  /// Whether the file at `path` has the tables of a store, however old; false for a missing or an empty one.
  package static func isStore(path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard let queue = try? reader(of: path) else { return true }
    // A file that can't be read is no missing one: opening it says what is wrong.
    return (try? queue.read { try $0.tableExists("client") }) ?? true
  }
}

extension MetadataReading {
  /// Whether SQLite finds nothing wrong with the file, and every reference has what it refers to.
  package func isIntact() throws -> Bool { try MetadataCopy.isIntact(database) }
}
