import Foundation
import S3TestSupport
import Testing

@testable import ObjectStorage

/// Reading from customers' buckets, on an S3 service and in a folder.
@Suite struct BucketReadingTests {
  /// A bucket with files, of either kind.
  private struct Setting {
    let bucket: any CustomerBucket
    let folder: TestFolder
    let owner: any Sendable

    /// 45 objects: more than two pages of a listing.
    static let keys = (0..<45).map { "in/part-\($0 < 10 ? "0" : "")\($0).csv" }
    static let tags = [("", ["instanceId": "one two"]), ("in/part-03.csv", ["instanceId": "three", "other": "x"])]

    static func make(_ kind: StorageKind) async throws -> Setting {
      let folder = TestFolder()
      try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      switch kind {
      case .s3:
        let server = try await S3Server.shared
        let name = try await server.makeBucket()
        for key in keys + ["other.csv"] {
          try await server.call(
            "put", ["bucket": name, "key": key, "base64_body": Data(key.utf8).base64EncodedString()])
        }
        for (key, tags) in tags {
          let text = String(decoding: try JSONEncoder().encode(tags), as: UTF8.self)
          try await server.call("set_tags", ["bucket": name, "key": key, "tags": text])
        }
        let client = S3Client(settings: try server.settings())
        return Setting(bucket: try S3CustomerBuckets(client: client).bucket(named: name), folder: folder, owner: server)
      case .folder:
        let root = folder.url.appending(path: "my-bucket")
        try FileManager.default.createDirectory(
          at: root.appending(path: "in"), withIntermediateDirectories: true)
        for key in keys + ["other.csv"] { try Data(key.utf8).write(to: root.appending(path: key)) }
        let text =
          #"{"bucket": {"instanceId": "one two"}, "objects": {"in/part-03.csv": {"instanceId": "three", "other": "x"}}}"#
        try Data(text.utf8).write(to: root.appending(path: "tags.json"))
        try Data("{}".utf8).write(to: root.appending(path: "policy.json"))
        try FileManager.default.createSymbolicLink(
          atPath: root.appending(path: "in/link").path, withDestinationPath: "/etc/hostname")
        let outside = folder.url.appending(path: "outside.csv")
        try Data("secret".utf8).write(to: outside)
        try FileManager.default.linkItem(at: outside, to: root.appending(path: "in/hard.csv"))
        return Setting(
          bucket: try FolderBuckets(root: folder.url).bucket(named: "my-bucket"), folder: folder, owner: folder)
      }
    }
  }

  @Test(arguments: StorageKind.allCases)
  func objectsAreListedByPrefix(_ kind: StorageKind) async throws {
    let setting = try await Setting.make(kind)
    #expect(try await setting.bucket.objects(prefix: "in/", limit: 1_000).map(\.key) == Setting.keys)
    #expect(try await setting.bucket.objects(prefix: "in/part-0", limit: 3).map(\.key) == Array(Setting.keys[..<3]))
    #expect(try await setting.bucket.objects(prefix: "none", limit: 3).isEmpty)
    #expect(try await setting.bucket.objects(prefix: "", limit: 1_000).count == 46)
  }

  @Test(arguments: StorageKind.allCases)
  func objectsAreFetched(_ kind: StorageKind) async throws {
    let setting = try await Setting.make(kind)
    let object = try #require(try await setting.bucket.object("in/part-07.csv"))
    #expect(object.byteCount == 14)
    let file = setting.folder.url.appending(path: "fetched")
    try await setting.bucket.fetch(object, to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == "in/part-07.csv")
    #expect(try await setting.bucket.object("in/none.csv") == nil)
    // Another object replaces it.
    let other = BucketObject(key: "in/part-07.csv", byteCount: 15)
    await #expect(throws: StorageError.self) {
      try await setting.bucket.fetch(other, to: setting.folder.url.appending(path: "second"))
    }
  }

  @Test(arguments: StorageKind.allCases)
  func tagsOfBucketsAndObjects(_ kind: StorageKind) async throws {
    let setting = try await Setting.make(kind)
    #expect(try await setting.bucket.tags(of: nil) == ["instanceId": "one two"])
    #expect(try await setting.bucket.tags(of: "in/part-03.csv") == ["instanceId": "three", "other": "x"])
    #expect(try await setting.bucket.tags(of: "in/part-04.csv").isEmpty)
  }

  /// A folder's own files are no objects, and neither is anything outside it.
  @Test(arguments: [
    "policy.json", "tags.json", "../my-bucket/other.csv", "in/link", "in/hard.csv", ".staging", "/etc/hostname",
  ])
  func foldersListTheirObjectsOnly(_ key: String) async throws {
    let setting = try await Setting.make(.folder)
    #expect(try await setting.bucket.object(key) == nil)
    let object = BucketObject(key: key, byteCount: 6)
    await #expect(throws: (any Error).self) {
      try await setting.bucket.fetch(object, to: setting.folder.url.appending(path: "fetched"))
    }
  }

  @Test func bucketsWithoutTagsHaveNone() async throws {
    let server = try await S3Server.shared
    let bucket = try S3CustomerBuckets(client: S3Client(settings: server.settings()))
      .bucket(named: try await server.makeBucket())
    #expect(try await bucket.tags(of: nil).isEmpty)
    let missing = try S3CustomerBuckets(client: S3Client(settings: server.settings())).bucket(named: "no-such-bucket")
    await #expect(throws: StorageError(.noBucket)) { try await missing.objects(prefix: "", limit: 1) }
  }

  /// Listing needs a grant for the bucket, reading one for the object.
  @Test func bucketsAndObjectsAreGrantedSeparately() throws {
    let text = #"""
      {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"],
       "Resource": ["arn:aws:s3:::a/*"]}]}
      """#
    let policy = try BucketPolicy(Data(text.utf8))
    func decision(_ action: String, _ key: String?) -> BucketPolicy.Decision {
      policy.decision(
        on: BucketPolicy.Request(account: .ofFolders, action: action, bucket: "a", key: key, context: [:]))
    }
    #expect(decision("s3:GetObject", "x") == .granted)
    #expect(decision("s3:ListBucket", nil) == .notGranted)
  }
}
