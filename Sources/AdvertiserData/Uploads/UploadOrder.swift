package import Warehouse

/// Where the files of an upload are.
package struct UploadSource: Sendable, Hashable, Codable {
  /// What in the bucket is meant.
  package enum Selection: Sendable, Hashable, Codable {
    case file(key: String)
    /// Every object whose key begins so.
    case prefix(String)
    /// The object with a line for each file: `s3://bucket/key`.
    case manifest(key: String)
  }

  package var bucket: String
  package var selection: Selection

  package init(bucket: String, selection: Selection) {
    self.bucket = bucket
    self.selection = selection
  }
}

/// What a client asks an upload to be.
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
