package import Warehouse

/// The location of an upload's files.
package struct UploadSource: Sendable, Hashable, Codable {
  /// The selected objects of the bucket.
  package enum Selection: Sendable, Hashable, Codable {
    case file(key: String)
    /// Every object whose key has the prefix.
    case prefix(String)
    /// An object with a line for each file: `s3://bucket/key`.
    case manifest(key: String)
  }

  package var bucket: String
  package var selection: Selection

  package init(bucket: String, selection: Selection) {
    self.bucket = bucket
    self.selection = selection
  }
}

/// A requested upload.
package struct UploadOrder: Sendable, Hashable, Codable {
  package var source: UploadSource
  package var strategy: UpdateStrategy
  package var countryCode: String?
  package var compression: UploadCompression
  package var format: UploadFormat

  package init(
    source: UploadSource, strategy: UpdateStrategy, countryCode: String?, compression: UploadCompression,
    format: UploadFormat
  ) {
    self.source = source
    self.strategy = strategy
    self.countryCode = countryCode
    self.compression = compression
    self.format = format
  }
}
