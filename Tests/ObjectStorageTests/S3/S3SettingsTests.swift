import ObjectStorage
import Testing

@testable import struct ObjectStorage.S3Endpoint

@Suite struct S3SettingsTests {
  static let keys = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"]

  private func target(_ endpoint: S3Endpoint, _ bucket: String) -> String {
    let target = endpoint.target(bucket: bucket, key: "a b/c")
    return "\(endpoint.scheme)://\(target.host)\(target.path)"
  }

  @Test func amazonIsTheDefaultService() throws {
    let settings = try S3Settings(environment: Self.keys.merging(["AWS_REGION": "eu-west-1"]) { $1 })
    #expect(target(settings.endpoint, "bucket") == "https://bucket.s3.eu-west-1.amazonaws.com/a%20b/c")
    #expect(target(settings.endpoint, "my.bucket") == "https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b/c")
    #expect(try S3Settings(environment: Self.keys).region == S3Settings.defaultRegion)
  }

  @Test func otherServicesAreNamedByTheirURL() throws {
    let environment = Self.keys.merging(["AWS_ENDPOINT_URL": "http://minio:9000/", "AWS_REGION": ""]) { $1 }
    let settings = try S3Settings(environment: environment)
    #expect(target(settings.endpoint, "bucket") == "http://minio:9000/bucket/a%20b/c")
    let hosted = try S3Settings(
      environment: environment, endpointURL: "https://s3.local:443", addressing: .virtualHosted)
    #expect(target(hosted.endpoint, "bucket") == "https://bucket.s3.local/a%20b/c")
  }

  @Test(arguments: [
    "", "ftp://host", "http://", "https://host/path", "https://host?x=1", "https://a:b@host", "host:9000",
  ])
  func endpointsThatAreNone(_ url: String) {
    #expect(throws: InvalidS3Settings.self) { try S3Endpoint(url: url, addressing: .path) }
  }

  @Test func keysAreRequired() {
    #expect(throws: InvalidS3Settings.self) { try S3Settings(environment: [:]) }
    #expect(throws: InvalidS3Settings.self) {
      try S3Settings(environment: ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": ""])
    }
    #expect(throws: InvalidS3Settings.self) { try S3Settings(environment: Self.keys, region: "eu/west") }
  }

  @Test(arguments: [("AWS_REGION", "eu/west"), ("AWS_DEFAULT_REGION", "EU"), ("AWS_ENDPOINT_URL", "here")])
  func aVariableThatDoesNotParseIsNamed(_ name: String, _ value: String) throws {
    let error = try #require(throws: InvalidS3Settings.self) {
      try S3Settings(environment: Self.keys.merging([name: value]) { $1 })
    }
    #expect(error.message.hasPrefix("\(name) must be"))
    #expect(!error.message.contains(value))
  }

  @Test(arguments: [
    ("s3://bucket", "bucket", nil), ("s3://my-bucket/", "my-bucket", nil), ("s3://bucket/a/b", "bucket", "a/b"),
    ("s3://bucket/a/b/", "bucket", "a/b"),
  ])
  func locations(_ url: String, _ bucket: String, _ prefix: String?) throws {
    let location = try S3Location(url: url)
    #expect(location.bucket == bucket)
    #expect(location.prefix?.value == prefix)
  }

  @Test(arguments: [
    "bucket", "s3://", "s3:///a", "s3://Bucket", "s3://b", "s3://bucket/../x", "s3://10.0.0.1", "s3://a..b",
  ])
  func locationsThatAreNone(_ url: String) {
    #expect(throws: InvalidS3Settings.self) { try S3Location(url: url) }
  }
}
