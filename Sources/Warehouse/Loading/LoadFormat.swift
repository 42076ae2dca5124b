public import struct Foundation.URL

/// The kinds of files that signals are loaded from.
public enum LoadFormat: String, Sendable, Hashable, CaseIterable {
  /// Comma-separated values as in RFC 4180, with the column names in the first record.
  case csv
  /// One JSON object a line.
  case jsonLines = "jsonl"
  /// Apache Parquet.
  case parquet

  /// The format that a file's name stands for, or nil. `.gz` at its end says that CSV or JSON lines are compressed.
  public init?(fileName: String) {
    let name = fileName.lowercased()
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    if plain.hasSuffix(".csv") {
      self = .csv
    } else if [".jsonl", ".ndjson", ".json"].contains(where: plain.hasSuffix) {
      self = .jsonLines
    } else if name.hasSuffix(".parquet") {
      self = .parquet
    } else {
      return nil
    }
  }
}

/// A file that is to be loaded.
public struct LoadFile: Sendable, Hashable {
  /// Where it is on the local disk.
  public var url: URL
  /// How messages call it: as the user did.
  public var displayName: String
  /// Its format; nil to go by its name.
  public var format: LoadFormat?

  /// The encoding of a text file. Parquet has none.
  public var encoding: TextEncoding

  /// A file at that URL, of that name and format.
  public init(url: URL, displayName: String, format: LoadFormat? = nil, encoding: TextEncoding = .utf8) {
    self.url = url
    self.displayName = displayName
    self.format = format
    self.encoding = encoding
  }

  var isCompressed: Bool { url.lastPathComponent.lowercased().hasSuffix(".gz") }
}
