import Foundation

/// A request to S3 before it is signed.
struct S3Request: Sendable {
  /// A name and a value of the query, not yet encoded.
  struct QueryItem: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String = "") {
      self.name = name
      self.value = value
    }
  }

  var method: String
  var bucket: String
  /// The whole key of the object; nil for the bucket itself.
  var key: String?
  var query: [QueryItem] = []
  /// Headers beside those of the signature. Names are in lower case.
  var headers: [String: String] = [:]
  var body = Data()

  /// A query in the order in which it is signed.
  static func encoded(_ query: [QueryItem]) -> String {
    query.map { (URIEncoding.component($0.name), URIEncoding.component($0.value)) }
      .sorted { $0 < $1 }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }
}

/// A request as it goes over the wire.
struct S3Message: Sendable {
  var method: String
  var url: String
  var headers: [String: String]
  var body: Data
}

/// A response of S3.
struct S3Response: Sendable {
  /// The HTTP status.
  var status: Int
  /// Names are in lower case.
  var headers: [String: String]
  var body: Data
}

/// Carries messages to S3 and back.
protocol S3Transport: Sendable {
  /// Sends a message. Throws when there is no whole answer within the transport's time limits.
  func send(_ message: S3Message) async throws -> S3Response
}
