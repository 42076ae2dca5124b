import Foundation
import ObjectStorage

/// The files that a session of the engine may open; all others are out of its reach.
struct FileAccess: Sendable {
  /// Files that may be read.
  var files: [EngineLocation] = []
  /// Folders in which files may be read and written.
  var folders: [URL] = []
}
