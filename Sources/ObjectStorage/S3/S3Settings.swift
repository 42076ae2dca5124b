import Base

/// The settings for requests to an S3 service.
public struct S3Settings: Sendable {
  /// The endpoint of the service.
  public var endpoint: S3Endpoint
  /// The region that requests are signed for.
  public var region: String
  /// The keys that requests are signed with.
  public var credentials: S3Credentials

  /// Settings of these values.
  public init(endpoint: S3Endpoint, region: String, credentials: S3Credentials) {
    self.endpoint = endpoint
    self.region = region
    self.credentials = credentials
  }

  /// The region where nothing names one.
  public static let defaultRegion = "us-east-1"

  /// Settings from the environment that Amazon's own tools read: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
  /// `AWS_SESSION_TOKEN`, `AWS_REGION` or `AWS_DEFAULT_REGION`, and `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`. What
  /// is empty counts as not set; `endpointURL` and `region` go before the environment.
  public init(
    environment: [String: String], endpointURL: String? = nil, region: String? = nil,
    addressing: S3Endpoint.Addressing? = nil
  ) throws(InvalidS3Settings) {
    /// The first of these variables that is set.
    func variable(_ names: String...) -> (name: String, value: String)? {
      names.lazy.compactMap { name in environment[name].map { (name, $0) } }.first { !$0.1.isEmpty }
    }
    guard let id = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") else {
      throw InvalidS3Settings("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set for storage on S3.")
    }
    let named = region.map { ("The region", $0) } ?? variable("AWS_REGION", "AWS_DEFAULT_REGION")
    let region = named?.1 ?? Self.defaultRegion
    guard Self.isRegion(region) else {
      throw InvalidS3Settings("\(named?.0 ?? "The region") must be the name of a region, such as eu-west-1.")
    }
    let endpoint: S3Endpoint
    if let endpointURL {
      endpoint = try S3Endpoint(url: endpointURL, addressing: addressing ?? .path)
    } else if let url = variable("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") {
      do {
        endpoint = try S3Endpoint(url: url.value, addressing: addressing ?? .path)
      } catch {
        throw InvalidS3Settings("\(url.name) must be a URL such as https://s3.example.com.")
      }
    } else {
      endpoint = try S3Endpoint(
        url: "https://s3.\(region).amazonaws.com", addressing: addressing ?? .virtualHosted)
    }
    self.init(
      endpoint: endpoint, region: region,
      credentials: S3Credentials(
        accessKeyID: id.value, secretAccessKey: secret.value, sessionToken: variable("AWS_SESSION_TOKEN")?.value))
  }

  /// Whether a text can be the name of a region: lowercase letters, digits and hyphens.
  package static func isRegion(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0.isASCIILowercaseLetterOrDigit || $0 == UInt8(ascii: "-") }
  }
}

/// Settings that no S3 service can be reached with.
public struct InvalidS3Settings: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of this failure.
  public let code = "storage_invalid_settings"
  /// The problem, in words for the operator.
  public let message: String

  init(_ message: String) {
    self.message = message
  }

  /// Code and message.
  public var description: String { "\(code): \(message)" }
}

/// A key of an S3 service. Its description shows nothing of the secret.
public struct S3Credentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The name of the key.
  public let accessKeyID: String
  let secretAccessKey: String
  let sessionToken: String?

  /// A key, with the token that belongs to it where it is a temporary one.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// Nothing of the key.
  public var description: String { "S3Credentials(hidden)" }
  /// Nothing of the key.
  public var debugDescription: String { description }
}
