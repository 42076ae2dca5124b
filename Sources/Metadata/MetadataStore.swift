package import Foundation
import GRDB

/// The durable state of a server: one SQLite file in WAL mode.
///
/// Every change is one transaction that is on disk when `write` returns (`synchronous=FULL`). Reads see one consistent
/// snapshot and never wait for a write. Neither is abandoned when its task is cancelled: state is short and whole.
///
/// ```swift
/// let audience = try await store.read { try $0.find(AudienceRecord.self, id: id) }
/// ```
package final class MetadataStore: Sendable {
  /// The time that a write waits for another process (a load, say) to finish its own, in seconds.
  package static let busyTimeoutSeconds: TimeInterval = 10

  let pool: DatabasePool

  /// Opens or creates the file, readable by its owner only, and brings its tables up to date. Of several programs that
  /// do so at the same time, the others wait for the first.
  ///
  /// - Throws: `MetadataError` if the file can't be opened, is not a database or is newer than this program.
  package init(path: String) throws {
    var configuration = Configuration()
    configuration.label = "metadata"
    configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
    configuration.foreignKeysEnabled = true
    // Bound values must never be part of an error's text.
    configuration.publicStatementArguments = false
    // Deleted data must not stay readable in the file.
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA secure_delete = ON")
      TextFunctions.add(to: database)
    }
    let lock = try OpeningLock(for: path)
    defer { lock.release() }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB chooses NORMAL for WAL, with which the last transactions can be lost in a power failure.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      let migrator = Migrations.migrator
      // On the writer: a reader that was opened before the migration would take the old columns for those of a record.
      guard try !pool.writeWithoutTransaction({ try migrator.hasBeenSuperseded($0) }) else {
        throw MetadataError.newerThanThisProgram
      }
      try migrator.migrate(pool)
      // The log of a write has the same secrets as the file itself.
      for file in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: file) {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      }
    } catch {
      throw MetadataError(hiding: error)
    }
  }

  /// Runs `body` on a consistent snapshot.
  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (ReadTransaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      pool.asyncRead { connection in
        continuation.resume(
          with: Result { try body(ReadTransaction(access: DatabaseAccess(connection: connection.get()))) }
            .mapError(MetadataError.hidden))
      }
    }
  }

  /// Runs `body` as one transaction: all of it is durable when this returns, none of it if this throws.
  package func write<Value: Sendable>(
    _ body: @escaping @Sendable (WriteTransaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      pool.asyncWrite { database in
        try body(WriteTransaction(access: DatabaseAccess(connection: database)))
      } completion: { _, result in
        continuation.resume(with: result.mapError(MetadataError.hidden))
      }
    }
  }

  /// Moves the log into the file and empties the log, which contains deleted data until then. If somebody reads at that
  /// time, a part stays until the next call.
  package func forgetDeleted() async throws {
    try await withCheckedThrowingContinuation { continuation in
      pool.asyncWriteWithoutTransaction { database in
        let result = Result { _ = try database.checkpoint(.truncate) }
          .flatMapError { error -> Result<Void, any Error> in
            (error as? DatabaseError)?.resultCode == .SQLITE_BUSY ? .success(()) : .failure(error)
          }
        continuation.resume(with: result.mapError(MetadataError.hidden))
      }
    }
  }

  /// Closes the file; nothing can be read or written afterwards.
  package func close() throws {
    do { try pool.close() } catch { throw MetadataError(hiding: error) }
  }
}

/// The connection of a transaction. Only this target can use it directly.
package struct DatabaseAccess {
  let connection: Database
}

/// A transaction that can read: a snapshot, or a change.
package protocol MetadataReading {
  /// The connection to read from.
  var access: DatabaseAccess { get }
}

extension MetadataReading {
  var database: Database { access.connection }
}

/// A snapshot.
package struct ReadTransaction: MetadataReading {
  package let access: DatabaseAccess
}

/// A change, which sees its own writes.
package struct WriteTransaction: MetadataReading {
  package let access: DatabaseAccess
}
