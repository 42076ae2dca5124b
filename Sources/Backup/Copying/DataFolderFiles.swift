import Base
import Foundation
import ObjectStorage

/// The files of a data folder that are part of a backup beside the store and its objects: the folders that stand for
/// customers' buckets, and the credentials of the quickstart.
struct DataFolderFiles: Sendable {
  /// The names of these in the data folder.
  static let names = ["buckets", "quickstart.json"]

  let root: URL

  /// The paths of all files, below the data folder, with their lengths. Links are left out.
  func list() async throws(StorageError) -> [(path: String, byteCount: Int)] {
    try await BlockingWork.run { () throws(StorageError) in
      var found: [(path: String, byteCount: Int)] = []
      var waiting = Self.names
      while let path = waiting.popLast() {
        switch try FolderEntry(at: root.appending(path: path), followingLinks: false) {
        case .file(let byteCount): found.append((path, byteCount))
        case .folder: waiting += try FolderEntry.names(in: root.appending(path: path)).map { "\(path)/\($0)" }
        case .other: break
        }
      }
      return found.sorted { $0.path < $1.path }
    }
  }

  /// Where a file of a backup belongs; nil for a path that leads elsewhere.
  func url(of path: String) -> URL? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, Self.names.contains(String(first)),
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else { return nil }
    return root.appending(path: path)
  }
}
