import Base
import GRDB

/// The reason why state could not be read or written. It never contains statements, values or paths.
package enum MetadataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code, as in `sqlite.org/rescode.html`.
  case storage(resultCode: Int)
  /// The file was written by a newer version of the program.
  case newerThanThisProgram
  /// A row contains something that this program never writes.
  case corrupted
  /// The file system refused the operation.
  case fileSystem

  /// The stable code of the error.
  package var code: String {
    switch self {
    case .storage: "metadata_storage"
    case .newerThanThisProgram: "metadata_newer"
    case .corrupted: "metadata_corrupted"
    case .fileSystem: "metadata_file_system"
    }
  }

  package var description: String {
    switch self {
    case .storage(let resultCode): "\(code) (SQLite result code \(resultCode))"
    case .newerThanThisProgram, .corrupted, .fileSystem: code
    }
  }

  /// An error for one of a library, whose text may contain values.
  init(hiding error: any Error) {
    switch error {
    case let error as MetadataError: self = error
    case let error as DatabaseError: self = .storage(resultCode: Int(error.extendedResultCode.rawValue))
    case is RowDecodingError, is DecodingError: self = .corrupted
    default: self = .fileSystem
    }
  }

  /// Like `init(hiding:)`, except that errors thrown by the body of a transaction stay as they are.
  static func hidden(_ error: any Error) -> any Error {
    switch error {
    case is DatabaseError, is RowDecodingError, is DecodingError: MetadataError(hiding: error)
    default: error
    }
  }
}

extension MetadataError: CodedError {
  /// SQLite's result code.
  package var detail: String? {
    switch self {
    case .storage(let resultCode): String(resultCode)
    case .newerThanThisProgram, .corrupted, .fileSystem: nil
    }
  }
}

extension MetadataError: TransientError {
  /// The results of SQLite that say something about the disk, the memory or another process, and nothing about what is
  /// stored.
  ///
  /// A disk that fails to read (EIO) is reported as SQLITE_CORRUPT, too; `adyton verify` tells it from lasting damage.
  private static let transientCodes: [ResultCode] = [
    .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_BUSY, .SQLITE_LOCKED,
    .SQLITE_NOMEM, .SQLITE_CORRUPT,
  ]

  package var isTransient: Bool {
    switch self {
    case .storage(let resultCode):
      // The upper bits are those of the extended code.
      Self.transientCodes.contains(ResultCode(rawValue: CInt(truncatingIfNeeded: resultCode & 0xFF)))
    case .fileSystem: true
    case .newerThanThisProgram, .corrupted: false
    }
  }
}
