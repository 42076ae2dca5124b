import Foundation

/// The files of a folder that may make calls.
enum SourceFolder {
  /// Folders of what others have written.
  private static let passedOver: Set = ["node_modules", "__pycache__", "venv", "site-packages", "Pods"]

  /// All files but hidden ones and those of installed packages, by path.
  static func files(in folder: String) -> [String] {
    guard let found = FileManager.default.enumerator(atPath: folder) else { return [] }
    var files: [String] = []
    for case let path as String in found {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      if name.hasPrefix(".") || passedOver.contains(name) {
        found.skipDescendants()
        continue
      }
      if found.fileAttributes?[.type] as? FileAttributeType == .typeRegular { files.append("\(folder)/\(path)") }
    }
    return files.sorted()
  }
}
