@testable import AdvertiserData
import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport
import Testing
import Warehouse

@testable import CleanRoom

/// Files from customers' buckets on an S3 service, with boto3 as the owner of the buckets.
@Suite struct UploadFetcherTests {
  static let account = "123456789012"
  /// The policy that AMC's guide asks owners of buckets for.
  static let grant = #"""
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
     "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging"],
     "Resource": ["arn:aws:s3:::BUCKET/*", "arn:aws:s3:::BUCKET"]}
    """#

  /// A bucket with two files.
  private struct Setting {
    let folder = TestFolder()
    let server: S3Server
    let objects: LocalFolderStorage
    let bucket: String
    var instance = InstanceRecord(
      id: "amcdemo01", accountID: "ENTITY1", name: "demo", kind: .standard, createdAt: Fixtures.now)
    var settings = CleanRoomSettings()

    init(policy: String? = UploadFetcherTests.grant, tags: String? = "amcother amcdemo01") async throws {
      server = try await S3Server.shared
      bucket = try await server.makeBucket()
      objects = try LocalFolderStorage(root: folder.url.appending(path: "objects"))
      for key in ["in/one.csv", "in/two.csv", "in/_SUCCESS", "in/.part"] { try await put(key, key) }
      if let policy {
        let text = #"{"Version": "2012-10-17", "Statement": [\#(policy)]}"#
        try await server.call(
          "set_policy", ["bucket": bucket, "policy": text.replacing("BUCKET", with: bucket)])
      }
      if let tags { try await setTags(tags) }
    }

    func put(_ key: String, _ text: String) async throws {
      try await server.call(
        "put", ["bucket": bucket, "key": key, "base64_body": Data(text.utf8).base64EncodedString()])
    }

    func setTags(_ value: String, of key: String = "") async throws {
      try await server.call(
        "set_tags", ["bucket": bucket, "key": key, "tags": #"{"instanceId": "\#(value)"}"#])
    }

    /// The names and texts of the files.
    func fetch(_ selection: Upload.Source.Selection, quota: Int = .max) async throws -> [String] {
      let fetcher = UploadFetcher(
        buckets: S3CustomerBuckets(client: S3Client(settings: try server.settings())),
        account: DeliveryAccount(UploadFetcherTests.account), settings: settings)
      let area = try await objects.stage()
      let files = try await fetcher.fetch(
        Upload.Source(bucket: bucket, selection: selection), for: instance, into: area, quota: quota)
      return try files.map { file in
        let name = file.displayName.replacing(bucket, with: "BUCKET")
        return "\(name)=\(try String(contentsOf: file.url, encoding: .utf8))"
      }
    }

    /// The code with which fetching ends.
    func problem(_ selection: Upload.Source.Selection, quota: Int = .max) async throws -> UploadSourceProblem? {
      do {
        _ = try await fetch(selection, quota: quota)
        return nil
      } catch let problem as UploadSourceProblem {
        return problem
      }
    }
  }

  private static let both = ["s3://BUCKET/in/one.csv=in/one.csv", "s3://BUCKET/in/two.csv=in/two.csv"]

  @Test func filesPrefixesAndManifestsAreFetched() async throws {
    let setting = try await Setting()
    #expect(try await setting.fetch(.file(key: "in/one.csv")) == [Self.both[0]])
    #expect(try await setting.fetch(.prefix("in/")) == Self.both)
    try await setting.put("list", "s3://\(setting.bucket)/in/two.csv\ns3://\(setting.bucket)/in/one.csv\n")
    #expect(try await setting.fetch(.manifest(key: "list")) == Self.both.reversed())
  }

  /// Gaps in a policy, and the message.
  @Test(arguments: [
    (nil, "has no policy"),
    (grant.replacing(#""s3:ListBucket", "#, with: ""), "allows s3:ListBucket to arn:aws:iam::123456789012:root"),
    (grant.replacing(#""s3:GetObject", "#, with: ""), "allows s3:GetObject to"),
    (grant.replacing(account, with: "999999999999"), "does not grant enough"),
    (grant.replacing(#", "s3:GetBucketTagging""#, with: ""), "allows s3:GetBucketTagging to"),
    (
      #"\#(grant), {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::BUCKET/in/two.csv"}"#,
      "denies s3:GetObject to"
    ),
  ])
  func policiesAreHeeded(_ policy: String?, _ text: String) async throws {
    let problem = try await Setting(policy: policy).problem(.prefix("in/"))
    #expect(problem?.code == .denied)
    #expect(problem?.text.contains(text) == true, "\(problem?.text ?? "")")
  }

  @Test func tagsNameTheInstance() async throws {
    let untagged = try await Setting(tags: nil)
    #expect(try await untagged.problem(.prefix("in/"))?.text.contains("has a tag instanceId") == true)
    // Objects can be tagged one by one.
    try await untagged.setTags("amcdemo01", of: "in/one.csv")
    #expect(try await untagged.fetch(.file(key: "in/one.csv")).count == 1)
    #expect(try await untagged.problem(.prefix("in/"))?.code == .denied)
    let foreign = try await Setting(tags: "amcdemo02 xamcdemo01")
    #expect(try await foreign.problem(.file(key: "in/one.csv"))?.code == .denied)
    let many = try await Setting(tags: (0..<26).map { "i\($0)" }.joined(separator: " "))
    #expect(try await many.problem(.file(key: "in/one.csv"))?.text.contains("more than 25 instances") == true)
    // A bucket that the operator gave the instance needs no tag. One that a client named may be somebody else's.
    var own = try await Setting(tags: nil)
    own.instance.s3BucketName = own.bucket
    #expect(try await own.problem(.prefix("in/"))?.code == .denied)
    own.instance.isBucketApproved = true
    #expect(try await own.fetch(.prefix("in/")) == Self.both)
  }

  @Test func sizesAreLimited() async throws {
    var setting = try await Setting()
    setting.settings.maximumUploadFiles = 1
    #expect(try await setting.problem(.prefix("in/"))?.code == .tooLarge)
    setting.settings.maximumUploadFiles = 2
    setting.settings.maximumUploadBytes = 19
    #expect(try await setting.problem(.prefix("in/"))?.code == .tooLarge)
    setting.settings.maximumUploadBytes = 20
    #expect(try await setting.fetch(.prefix("in/")).count == 2)
  }

  @Test func theQuotaOfTheInstanceCounts() async throws {
    let setting = try await Setting()
    let quota = InstanceQuota(objects: setting.objects, byteLimit: 100)
    #expect(try await quota.rest(of: "amcdemo01") == 100)
    try await setting.objects.put(Data(count: 81), at: ObjectKey("instances/amcdemo01/signals/a"))
    try await setting.objects.put(Data(count: 99), at: ObjectKey("instances/amcdemo012/signals/a"))
    let rest = try await quota.rest(of: "amcdemo01")
    #expect(rest == 19)
    // The files have 20 bytes.
    #expect(try await setting.problem(.prefix("in/"), quota: rest)?.code == .quotaExceeded)
    #expect(try await setting.problem(.prefix("in/"), quota: 20) == nil)
    try await setting.objects.put(Data(count: 19), at: ObjectKey("instances/amcdemo01/dataSets/b"))
    await #expect(throws: InstanceQuota.exceeded(100)) { _ = try await quota.rest(of: "amcdemo01") }
  }

  @Test(arguments: [
    ("", "names no files"), ("in/one.csv", "Line 1"), ("s3://bucket", "Line 1"), ("https://bucket/a", "Line 1"),
    ("s3://BUCKET/in/one.csv\ns3://BUCKET/in/one.csv", "Line 2 of the manifest names a file again"),
    ("\ns3://BUCKET/_hidden", "Line 2 of the manifest names a file whose name begins"),
    ((0...100).map { "s3://bucket-\($0)/a" }.joined(separator: "\n"), "more than 100 buckets"),
  ])
  func manifestsAreListsOfFiles(_ text: String, _ message: String) async throws {
    let setting = try await Setting()
    try await setting.put("list", text.replacing("BUCKET", with: setting.bucket))
    let problem = try await setting.problem(.manifest(key: "list"))
    #expect(problem?.code == .invalidManifest)
    #expect(problem?.text.contains(message) == true, "\(problem?.text ?? "")")
  }

  @Test func aManifestNamesFilesOfOtherBuckets() async throws {
    let setting = try await Setting()
    let closed = try await Setting(policy: nil)
    try await setting.put("list", "s3://\(setting.bucket)/in/one.csv\ns3://\(closed.bucket)/in/two.csv")
    let problem = try await setting.problem(.manifest(key: "list"))
    #expect(problem?.text.contains("s3://\(closed.bucket) has no policy") == true)
    let open = try await Setting()
    try await setting.put("list", "s3://\(setting.bucket)/in/one.csv\ns3://\(open.bucket)/in/two.csv")
    #expect(try await setting.fetch(.manifest(key: "list")).count == 2)
  }
}
