import Base
import Foundation
public import Logging

/// Writes log lines as JSON objects, one a line: `time`, `level`, `message`, `logger`, and the metadata beside them.
public struct JSONLogHandler: LogHandler {
  /// The least severe level that is written.
  public var logLevel: Logger.Level = .info
  /// Goes with every line.
  public var metadata: Logger.Metadata = [:]

  private let label: String
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Receives a line without its end; it writes to standard error by default.
  public init(label: String, write: @escaping @Sendable (String) -> Void = { Self.writeToStandardError($0) }) {
    self.label = label
    self.write = write
  }

  /// Metadata that goes with every line.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var line: [String: String] = [:]
    // The server framework's own name for the request id would repeat it.
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) where key != "hb.request.id" {
      line[key] = "\(value)"
    }
    line["time"] = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    line["level"] = event.level.rawValue
    line["message"] = event.message.description
    line["logger"] = label
    guard let data = try? JSONEncoder.canonical.encode(line) else { return }
    write(String(decoding: data, as: UTF8.self))
  }

  /// Writes a line to standard error in one piece. A line that can't be written, as onto a full disk, is lost: a log is
  /// no reason to stop a server.
  public static func writeToStandardError(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }
}
