import CleanRoom
import Foundation
package import Metadata
import ObjectStorage
package import Warehouse

/// An upload of files to a data set: the client's order, and its present state.
package struct Upload: Sendable, Hashable {
  /// The order of a client. Its JSON is in the record of the upload.
  package struct Order: Sendable, Hashable, Codable {
    package var source: Source
    package var strategy: UpdateStrategy
    /// Two letters; nil for the country of the data set.
    package var countryCode: String?
    package var compression: UploadCompression
    package var format: UploadFormat

    package init(
      source: Source, strategy: UpdateStrategy, countryCode: String?, compression: UploadCompression,
      format: UploadFormat
    ) {
      self.source = source
      self.strategy = strategy
      self.countryCode = countryCode
      self.compression = compression
      self.format = format
    }
  }

  /// The location of the files of an upload.
  ///
  /// Source: AMC's guides "Upload data to datasets" and "Set up an S3 bucket".
  package struct Source: Sendable, Hashable, Codable {
    /// The selected part of the bucket.
    package enum Selection: Sendable, Hashable, Codable {
      case file(key: String)
      /// Every object whose key begins with the text.
      case prefix(String)
      /// The object with a line for each file, such as `s3://bucket/key`.
      case manifest(key: String)
    }

    package var bucket: String
    package var selection: Selection

    package init(bucket: String, selection: Selection) {
      self.bucket = bucket
      self.selection = selection
    }
  }

  package var record: UploadRecord
  package var order: Order
  /// nil until the upload has succeeded.
  package var metrics: UploadMetrics?

  /// - Throws: `MetadataError.corrupted`, because only checked orders are stored.
  init(_ record: UploadRecord) throws {
    self.record = record
    do {
      order = try JSONDecoder().decode(Order.self, from: Data(record.request.utf8))
      metrics =
        record.status == .success
        ? try JSONDecoder().decode(UploadMetrics.self, from: Data(record.metrics.utf8)) : nil
    } catch {
      throw MetadataError.corrupted
    }
  }

  /// The work for the loader, after the files have reached the local disk.
  func request(for files: [LoadFile]) -> UploadRequest {
    UploadRequest(
      uploadID: record.id, strategy: order.strategy, countryCode: order.countryCode, compression: order.compression,
      format: order.format, files: files)
  }
}

extension Upload.Source {
  /// The maximum number of bytes of a key in S3.
  static let keyByteLimit = 1_024
  /// The maximum number of buckets that one manifest may name.
  static let bucketCountLimit = 100

  /// - Throws: `CleanRoomError.invalidField` for names that no bucket or file of an upload can have.
  func validate() throws(CleanRoomError) {
    guard S3BucketName.isValid(bucket) else {
      throw .invalidField(name: "dataSource.sourceS3Bucket", reason: "can't be the name of a bucket.")
    }
    switch selection {
    case .file(let key):
      try Self.checkLength(key, field: "sourceFileS3Key")
      guard !Self.isHidden(key) else {
        throw .invalidField(
          name: "dataSource.sourceFileS3Key", reason: "is the key of a file whose name begins with . or _.")
      }
    case .prefix(let prefix): try Self.checkLength(prefix, field: "sourceS3Prefix")
    case .manifest(let key): try Self.checkLength(key, field: "sourceManifestS3Key")
    }
  }

  private static func checkLength(_ key: String, field: String) throws(CleanRoomError) {
    guard (1...keyByteLimit).contains(key.utf8.count) else {
      throw .invalidField(name: "dataSource.\(field)", reason: "must have 1 to \(keyByteLimit) bytes.")
    }
  }

  /// Whether a file's name begins with `.` or `_`. Uploads skip such files.
  static func isHidden(_ key: String) -> Bool {
    let name = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return name.hasPrefix(".") || name.hasPrefix("_")
  }
}
