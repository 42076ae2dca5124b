import Foundation

/// Reads exports of the retired API: responses to GET as they were, single or lists, one a file or one a line.
package struct ExportReader {
  /// The largest file that is read, in bytes.
  package static let fileByteLimit = 64 << 20
  /// The deepest nesting of items in lists and responses.
  private static let depthLimit = 8
  private static let suffixes = [".json", ".jsonl", ".ndjson"]

  package private(set) var items: [ExportedItem] = []
  package private(set) var problems: [ImportProblem] = []

  package init() {}

  /// Reads a file, or the JSON files of a folder.
  package mutating func read(_ path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      readFile(path)
      return
    }
    for file in SourceFolder.files(in: path) where Self.suffixes.contains(where: file.lowercased().hasSuffix) {
      readFile(file)
    }
  }

  private mutating func readFile(_ path: String) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let byteCount = (attributes?[.size] as? NSNumber)?.intValue, byteCount <= Self.fileByteLimit else {
      problems.append(ImportProblem(place: path, code: attributes == nil ? .unreadable : .tooLarge))
      return
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      problems.append(ImportProblem(place: path, code: .unreadable))
      return
    }
    let bytes = Array(data)
    if let document = try? JSONReader.read(bytes) {
      take(document, at: path, depth: 0)
    } else {
      readLines(bytes, of: path)
    }
  }

  private mutating func readLines(_ bytes: [UInt8], of path: String) {
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      guard let object = try? JSONReader.read(Array(line)) else {
        problems.append(ImportProblem(place: "\(path):\(index + 1)", code: .malformed))
        // What is not a JSON object a line is not worth a problem a line.
        if index == 0 { return }
        continue
      }
      take(object, at: "\(path):\(index + 1)", depth: 0)
    }
  }

  private mutating func take(_ node: JSONNode, at location: String, depth: Int) {
    if case .array(let elements) = node {
      for element in elements { take(element, at: location, depth: depth + 1) }
      return
    }
    guard case .object(let members) = node else { return }
    if let kind = Self.kind(of: node) {
      items.append(ExportedItem(kind: kind, json: node, location: location))
      return
    }
    if let token = node["nextToken"]?.string, !token.isEmpty {
      problems.append(ImportProblem(place: location, code: .morePages))
    }
    let inner = members.map(\.value).filter { $0.members != nil || $0.elements != nil }
    let isList = members.contains { ["workflows", "schedules", "dataSets"].contains($0.name) }
    guard depth < Self.depthLimit, isList || !inner.isEmpty else {
      problems.append(ImportProblem(place: location, code: .unknownItem))
      return
    }
    for node in inner { take(node, at: location, depth: depth + 1) }
  }

  /// The kind of an object by its members; nil for one that may have items inside.
  private static func kind(of node: JSONNode) -> ExportedItem.Kind? {
    if node["workflowExecutionId"] != nil { return nil }
    if node["scheduleId"] != nil { return .schedule }
    if node["workflowId"] != nil || node["sqlQuery"] != nil { return .workflow }
    return node["dataSetId"] != nil && node["uploadId"] == nil ? .dataSet : nil
  }
}
