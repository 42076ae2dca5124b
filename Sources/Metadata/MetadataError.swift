import GRDB

/// Why state could not be read or written. Never carries statements, values or paths.
package enum MetadataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code, as `sqlite.org/rescode.html` lists them.
  case storage(resultCode: Int)
  /// The file was written by a newer version of the program.
  case newerThanThisProgram
  /// A row holds what this program never writes.
  case corrupted
  /// The file system refused.
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

  /// Turns an error of a library, whose text may hold values, into one of ours.
  init(hiding error: any Error) {
    switch error {
    case let error as MetadataError: self = error
    case let error as DatabaseError: self = .storage(resultCode: Int(error.extendedResultCode.rawValue))
    case is RowDecodingError, is DecodingError: self = .corrupted
    default: self = .fileSystem
    }
  }

  /// Like `init(hiding:)`, but lets through what the body of a transaction threw for its own reasons.
  static func hidden(_ error: any Error) -> any Error {
    switch error {
    case is DatabaseError, is RowDecodingError, is DecodingError: MetadataError(hiding: error)
    default: error
    }
  }
}

extension MetadataError {
  /// What may be said of an error whose text is not ours: that of the store's own, and of others the type alone.
  package static func code(of error: any Error) -> String {
    (error as? MetadataError)?.description ?? "\(type(of: error))"
  }
}
