import CleanRoom
import ObjectStorage

/// The rules for names of buckets and files in a request.
///
/// Source: AMC's guides "Upload data to datasets" and "Set up an S3 bucket".
package enum UploadSourceRules {
  /// The largest size of a key in bytes, from S3.
  package static let keyByteLimit = 1_024
  /// The largest number of buckets in one manifest.
  package static let bucketCountLimit = 100

  static func check(_ source: UploadSource) throws(CleanRoomError) {
    guard S3BucketName.isValid(source.bucket) else {
      throw .invalidField(name: "dataSource.sourceS3Bucket", reason: "can't be the name of a bucket.")
    }
    switch source.selection {
    case .file(let key):
      try checkLength(key, field: "sourceFileS3Key")
      guard !isHidden(key) else {
        throw .invalidField(
          name: "dataSource.sourceFileS3Key", reason: "is the key of a file whose name begins with . or _.")
      }
    case .prefix(let prefix): try checkLength(prefix, field: "sourceS3Prefix")
    case .manifest(let key): try checkLength(key, field: "sourceManifestS3Key")
    }
  }

  private static func checkLength(_ key: String, field: String) throws(CleanRoomError) {
    guard (1...keyByteLimit).contains(key.utf8.count) else {
      throw .invalidField(name: "dataSource.\(field)", reason: "must have 1 to \(keyByteLimit) bytes.")
    }
  }

  /// Whether a file's name begins with `.` or `_`: uploads skip such files.
  static func isHidden(_ key: String) -> Bool {
    let name = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return name.hasPrefix(".") || name.hasPrefix("_")
  }
}
