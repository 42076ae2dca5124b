/// Sees from the beginning of a file what it is.
enum FileKind {
  /// The number of lines that are looked at.
  private static let lineCount = 20

  /// The kind; nil for a JSON document, whose kind only shows when it is read.
  static func guess(_ head: [UInt8]) -> PlanSettings.Kind? {
    let lines = head.split(separator: 0x0A).prefix(lineCount).map { String(decoding: $0, as: UTF8.self) }
      .filter { $0.contains { !$0.isWhitespace } }
    guard let first = lines.first else { return .source }
    if first.trimmedStart.hasPrefix("{") || first.trimmedStart.hasPrefix("[") {
      let isObject = (try? JSONReader.read(Array(first.utf8)))?.members != nil
      return isObject && lines.count > 1 && lines[1].trimmedStart.hasPrefix("{") ? .jsonl : nil
    }
    let requests = lines.count { AccessLog.accepts($0) }
    return requests * 2 >= lines.count ? .log : .source
  }
}

extension String {
  fileprivate var trimmedStart: Substring {
    drop { $0.isWhitespace || $0 == "\u{FEFF}" }
  }
}
