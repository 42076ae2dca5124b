import Foundation

/// Reads files and folders, and makes a plan of the calls in them.
package struct PlanReader {
  /// The largest JSON document that is read, in bytes: it has to be in memory as a whole. Files with lines may have any
  /// size, as lines are read one by one.
  package static let documentByteLimit = 256 << 20
  /// The bytes of a file that are looked at to see its kind.
  static let headByteCount = 64 << 10

  /// The reasons why a file can't be read.
  package enum Failure: String, Error, Sendable, Hashable, CaseIterable, Encodable {
    case unreadable = "unreadable_file"
    case tooLarge = "file_too_large"
    case notText = "not_text"
    case notOfKind = "malformed_file"

    /// The meaning, in a sentence without its subject.
    package var text: String {
      switch self {
      case .unreadable: "the file can't be read"
      case .tooLarge: "the file is larger than \(documentByteLimit >> 20) MiB, and has to be read as a whole"
      case .notText: "the file is not text"
      case .notOfKind: "the file is not what --kind says"
      }
    }
  }

  /// The outcome of one file.
  package struct FileResult: Sendable {
    package let file: String
    package var kind: PlanSettings.Kind?
    package var byteCount = 0
    /// The number of calls of the retired API in it.
    package var callCount = 0
    package var failure: Failure?
  }

  package private(set) var plan: MigrationPlan
  package private(set) var files: [FileResult] = []
  /// Files of folders that are no text.
  package private(set) var skippedCount = 0
  private let classifier: CallClassifier
  private let settings: PlanSettings
  /// Called with a file, and how much of it has been read: 0…1.
  private let progress: (String, Double) -> Void

  package init(
    retired: RetiredAPI, settings: PlanSettings, progress: @escaping (String, Double) -> Void = { _, _ in }
  ) {
    plan = MigrationPlan(retired: retired, settings: settings)
    classifier = CallClassifier(retired: retired, instanceHosts: Set(settings.instancesByHost.keys))
    self.settings = settings
    self.progress = progress
  }

  /// Reads a file, or all files of a folder but hidden ones, those of installed packages, and those that are no text.
  package mutating func read(_ path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      readFile(path, isNamed: true)
      return
    }
    for file in SourceFolder.files(in: path) { readFile(file, isNamed: false) }
  }

  private mutating func readFile(_ path: String, isNamed: Bool) {
    var result = FileResult(file: path)
    do throws(Failure) {
      let head = try Self.head(of: path)
      result.byteCount = head.byteCount
      guard !head.bytes.contains(0) else {
        guard isNamed else {
          skippedCount += 1
          return
        }
        throw .notText
      }
      result.kind = try read(path, head, &result)
    } catch {
      result.failure = error
    }
    files.append(result)
  }

  private mutating func read(
    _ path: String, _ head: Head, _ result: inout FileResult
  ) throws(Failure) -> PlanSettings.Kind {
    let kind = settings.kind ?? FileKind.guess(head.bytes)
    switch kind {
    case .log, .jsonl, .source:
      try readLines(path, kind ?? .source, &result)
      return kind ?? .source
    case .har, .postman, nil: return try readDocument(path, head, expected: kind, &result)
    }
  }

  // MARK: Documents

  private mutating func readDocument(
    _ path: String, _ head: Head, expected: PlanSettings.Kind?, _ result: inout FileResult
  ) throws(Failure) -> PlanSettings.Kind {
    guard head.byteCount <= Self.documentByteLimit else { throw .tooLarge }
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable }
    progress(path, 0.5)
    let document = try? JSONReader.read(Array(data))
    if let document, expected != .postman, HARDocument.accepts(document) {
      add(HARDocument(classifier: classifier, file: path).findings(in: document), &result)
      return .har
    }
    if let document, expected != .har, PostmanDocument.accepts(document) {
      add(PostmanDocument(classifier: classifier, file: path).findings(in: document), &result)
      return .postman
    }
    guard expected == nil else { throw .notOfKind }
    // A single object may be the only line of a log.
    let kind: PlanSettings.Kind = document.flatMap(JSONLinesLog.request) == nil ? .source : .jsonl
    try readLines(path, kind, &result)
    return kind
  }

  // MARK: Lines

  private mutating func readLines(
    _ path: String, _ kind: PlanSettings.Kind, _ result: inout FileResult
  ) throws(Failure) {
    do {
      var reader = try LineReader(URL(filePath: path))
      let log = AccessLog(classifier: classifier, file: path)
      let lines = JSONLinesLog(classifier: classifier, file: path)
      var scanner = SourceScanner(classifier: classifier, file: path)
      while let line = try reader.next() {
        if line.number % 1000 == 0 { progress(path, Double(reader.byteCount) / Double(max(result.byteCount, 1))) }
        if line.isCut { add([.unplaced(Self.longLine(line, path))], &result) }
        switch kind {
        case .source: add(scanner.read(line.bytes, number: line.number), &result)
        case .log, .jsonl, .har, .postman:
          let text = String(decoding: line.bytes, as: UTF8.self)
          guard text.contains(where: { !$0.isWhitespace }) else { continue }
          let isJSON = kind == .jsonl
          add([isJSON ? lines.finding(text, number: line.number) : log.finding(text, number: line.number)], &result)
        }
      }
      add(scanner.finish(), &result)
    } catch {
      throw .unreadable
    }
  }

  private static func longLine(_ line: LineReader.Line, _ path: String) -> UnplacedFinding {
    UnplacedFinding(location: FileLocation(file: path, position: "\(line.number)"), reason: .longLine)
  }

  private mutating func add(_ findings: [Finding], _ result: inout FileResult) {
    for finding in findings {
      if case .call = finding { result.callCount += 1 }
      plan.add(finding)
    }
  }

  // MARK: Heads

  private struct Head {
    var bytes: [UInt8]
    var byteCount: Int
  }

  private static func head(of path: String) throws(Failure) -> Head {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      let bytes = Array(try handle.read(upToCount: headByteCount) ?? Data())
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return Head(bytes: bytes, byteCount: (attributes[.size] as? NSNumber)?.intValue ?? bytes.count)
    } catch {
      throw .unreadable
    }
  }
}
