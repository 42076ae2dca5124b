import Base
import struct Foundation.URLComponents

/// The endpoint of an S3 service, and the way in which its URLs name a bucket.
public struct S3Endpoint: Hashable, Sendable {
  /// The two ways in which a URL can name a bucket.
  public enum Addressing: String, Sendable, Hashable, CaseIterable {
    /// `https://host/bucket/key`, which every service understands.
    case path
    /// `https://bucket.host/key`, which Amazon prefers.
    case virtualHosted = "virtual-hosted"
  }

  let scheme: String
  /// The host with its port, unless that is the scheme's own.
  let host: String
  let addressing: Addressing

  /// Whether requests are encrypted.
  public var isSecure: Bool { scheme == "https" }

  /// The endpoint of a URL such as `https://s3.eu-west-1.amazonaws.com` or `http://127.0.0.1:9000`.
  public init(url: String, addressing: Addressing) throws(InvalidS3Settings) {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host,
      ["http", "https"].contains(scheme), !host.isEmpty, ["", "/"].contains(parts.path), parts.query == nil,
      parts.user == nil
    else {
      throw InvalidS3Settings("The S3 endpoint must be a URL such as https://s3.example.com, without a path.")
    }
    self.scheme = scheme
    let isOwnPort = parts.port == nil || parts.port == (scheme == "https" ? 443 : 80)
    self.host = isOwnPort ? host.lowercased() : "\(host.lowercased()):\(parts.port ?? 0)"
    self.addressing = addressing
  }

  /// The URL of a bucket, or of an object in it.
  struct Target: Hashable, Sendable {
    /// The Host header.
    var host: String
    /// The path, encoded.
    var path: String
  }

  func target(bucket: String, key: String?) -> Target {
    let object = key.map { "/" + URIEncoding.path($0) } ?? ""
    // A bucket whose name has dots has no certificate under the service's own.
    if addressing == .virtualHosted, !(isSecure && bucket.contains(".")) {
      return Target(host: "\(bucket).\(host)", path: object.isEmpty ? "/" : object)
    }
    return Target(host: host, path: "/\(bucket)\(object)")
  }
}

/// A bucket and the beginning of the keys in it that are meant, as in `s3://bucket/prefix`.
public struct S3Location: Hashable, Sendable {
  /// The bucket.
  public let bucket: String
  /// The beginning of all keys, before a slash; nil for the whole bucket.
  public let prefix: ObjectKey?

  /// Reads `s3://bucket` or `s3://bucket/prefix`.
  public init(url: String) throws(InvalidS3Settings) {
    let scheme = "s3://"
    let rest = url.hasPrefix(scheme) ? url.dropFirst(scheme.count) : ""
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bucket = parts.first.map(String.init), S3BucketName.isValid(bucket) else {
      throw InvalidS3Settings("The storage must be a URL such as s3://bucket/prefix.")
    }
    var prefix = parts.count > 1 ? parts[1] : ""
    if prefix.hasSuffix("/") { prefix.removeLast() }
    do {
      self.prefix = prefix.isEmpty ? nil : try ObjectKey(String(prefix))
    } catch {
      throw InvalidS3Settings("The storage's prefix is not a valid object key.")
    }
    self.bucket = bucket
  }
}

/// The rules for names of buckets.
public enum S3BucketName {
  /// The lengths of names, in characters.
  public static let lengthRange = 3...63

  /// Whether a text can name a bucket: 3 to 63 lowercase letters, digits, dots and hyphens that begin and end with a
  /// letter or digit, without two dots in a row, and no IP address.
  public static func isValid(_ name: String) -> Bool {
    guard lengthRange.contains(name.utf8.count), let first = name.utf8.first, let last = name.utf8.last,
      first.isASCIILowercaseLetterOrDigit, last.isASCIILowercaseLetterOrDigit, !name.contains("..")
    else { return false }
    let labels = name.split(separator: ".")
    if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) { return false }
    return name.utf8.allSatisfy {
      $0.isASCIILowercaseLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
  }
}
