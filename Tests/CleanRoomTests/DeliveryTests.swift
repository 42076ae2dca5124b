import Foundation
@testable import Measurement
import Metadata
import ObjectStorage
@testable import Queries
import S3TestSupport
import ServerTestSupport
import Testing

@testable import CleanRoom

/// Deliveries of results to buckets: on an S3 service, with boto3 as the owner of the bucket, and on folders.
@Suite struct DeliveryTests {
  static let account = "123456789012"
  static let grant = #"""
    {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]},
     "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": "arn:aws:s3:::BUCKET/*"}
    """#

  static let tagGrant = #"""
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
     "Action": "s3:GetBucketTagging", "Resource": "arn:aws:s3:::BUCKET"}
    """#

  /// An instance with a bucket, and results to deliver.
  final class Setting: Sendable {
    let folder = TestFolder()
    let server: S3Server
    let store: MetadataStore
    let objects: LocalFolderStorage
    let bucket: String
    let delivery: BucketDelivery

    init(account: String? = DeliveryTests.account, sleep: @escaping S3Client.Sleep = { _ in }) async throws {
      server = try await S3Server.shared
      bucket = try await server.makeBucket()
      try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      store = try MetadataStore(path: folder.url.appending(path: "metadata.sqlite").path)
      objects = try LocalFolderStorage(root: folder.url.appending(path: "objects"))
      delivery = BucketDelivery(
        store: store, objects: objects,
        buckets: S3CustomerBuckets(client: S3Client(settings: try server.settings(), sleep: sleep)),
        account: account.flatMap(DeliveryAccount.init))
      try await store.addInstance(bucket: bucket)
    }

    func setPolicy(_ statements: String...) async throws {
      let text = #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ","))]}"#
      try await server.call(
        "set_policy", ["bucket": bucket, "policy": text.replacing("BUCKET", with: bucket)])
    }

    var delivered: [String] {
      get async throws { try await server.list("keys", ["bucket": bucket, "prefix": ""]) }
    }

    func text(_ key: String) async throws -> String {
      String(decoding: try await server.object(key, in: bucket), as: UTF8.self)
    }
  }

  @Test func resultsAreDeliveredWhereGranted() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    let result = try await setting.objects.addResult("execution-1", csv: ["campaign,n\na,1\n"])
    let outcome = try await setting.delivery.deliver(result)
    #expect(outcome == .available(uri: "s3://\(setting.bucket)/workflow=my_report/schedule=daily/"))
    let folder = "workflow=my_report/schedule=daily"
    let expected = [
      "\(folder)/2026-01-31-my_report-ver1.csv", "\(folder)/2026-01-31-my_report-ver1.parquet",
      "\(folder)/metadata/2026-01-31-my_report-ver1.json",
    ]
    #expect(try await setting.delivered == expected)
    #expect(try await setting.text(expected[0]) == "campaign,n\na,1\n")
    #expect(try await setting.text(expected[2]) == #"{"workflowExecutionId":"execution-1"}"#)
  }

  @Test func largeResultsHaveSeveralFiles() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    let result = try await setting.objects.addResult("execution-1", csv: ["n\n1\n", "n\n2\n", "n\n3\n"])
    _ = try await setting.delivery.deliver(result)
    let files = try await setting.delivered.filter { $0.hasSuffix(".csv") }
    #expect(
      files.map { $0.split(separator: "/").last ?? "" } == (1...3).map { "2026-01-31-my_report-ver1-part\($0).csv" })
    #expect(try await setting.text(files[2]) == "n\n3\n")
    #expect(try await setting.delivered.count(where: { $0.hasSuffix(".parquet") }) == 3)
  }

  @Test func eachExecutionOfADayHasItsVersion() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    for number in [1, 2, 1, 2] {
      // Each is delivered twice, as a server does that was stopped in between.
      let result = try await setting.objects.addResult("execution-\(number)", csv: ["n\n\(number)\n"])
      _ = try await setting.delivery.deliver(result)
    }
    let csv = try await setting.delivered.filter { $0.hasSuffix(".csv") }
    #expect(csv.map { $0.suffix(8) } == ["ver1.csv", "ver2.csv"])
    #expect(try await setting.text(csv[0]) == "n\n1\n")
    #expect(try await setting.text(csv[1]) == "n\n2\n")
    var weekly = try await setting.objects.addResult("execution-3", csv: ["n\n"])
    weekly.cadence = .weekly
    _ = try await setting.delivery.deliver(weekly)
    #expect(try await setting.delivered.contains("workflow=my_report/schedule=weekly/2026-01-31-my_report-ver1.csv"))
  }

  @Test(arguments: [
    (grant.replacing(#", "s3:PutObjectAcl""#, with: ""), "Add a statement that allows s3:PutObjectAcl"),
    (grant.replacing("123456789012", with: "999999999999"), "allows s3:PutObject and s3:PutObjectAcl"),
    (grant.replacing("BUCKET/*", with: "BUCKET/other/*"), "arn:aws:iam::123456789012:root"),
    (
      #"\#(grant), {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject*", "Resource": "arn:aws:s3:::BUCKET/*"}"#,
      "denies s3:PutObject to arn:aws:iam::123456789012:root"
    ),
    (
      #"\#(grant), {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::BUCKET/*/metadata/*"}"#,
      "denies s3:PutObject"
    ),
  ])
  func nothingIsWrittenWhereItIsNotGranted(_ statements: String, _ text: String) async throws {
    let setting = try await Setting()
    try await setting.setPolicy(statements)
    let outcome = try await setting.delivery.deliver(setting.objects.addResult("execution-1", csv: ["n\n"]))
    let reason = try #require(outcome.failure)
    #expect(reason.contains(text))
    #expect(try await setting.delivered.isEmpty)
  }

  /// Anybody can write down the name of another instance's bucket, whose policy trusts this server.
  @Test func bucketsThatAClientNamedNeedATag() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    try await setting.store.write { transaction in
      var instance = try #require(try transaction.find(InstanceRecord.self, id: "room"))
      instance.isBucketApproved = false
      try transaction.update(instance)
    }
    let result = try await setting.objects.addResult("execution-1", csv: ["n\n"])
    func reason() async throws -> String? { try await setting.delivery.deliver(result).failure }
    #expect(try await reason()?.contains("allows s3:GetBucketTagging to arn:aws:iam::123456789012:root") == true)
    try await setting.setPolicy(Self.grant, Self.tagGrant)
    for tags in [nil, "other", "rooms room2", (0..<26).map { "i\($0)" }.joined(separator: " ") + " room"] {
      if let tags {
        try await setting.server.call(
          "set_tags", ["bucket": setting.bucket, "key": "", "tags": #"{"instanceId": "\#(tags)"}"#])
      }
      #expect(try await reason()?.contains("no tag instanceId with the instance's id") == true, "\(tags ?? "")")
      #expect(try await setting.delivered.isEmpty)
    }
    try await setting.server.call(
      "set_tags", ["bucket": setting.bucket, "key": "", "tags": #"{"instanceId": "other room"}"#])
    #expect(try await reason() == nil)
    #expect(try await setting.delivered.count == 3)
  }

  @Test func bucketsWithoutPolicyRefuseDeliveries() async throws {
    let setting = try await Setting()
    let outcome = try await setting.delivery.deliver(setting.objects.addResult("execution-1", csv: ["n\n"]))
    #expect(outcome.failure?.hasPrefix("The bucket has no policy.") == true)
    #expect(try await setting.delivered.isEmpty)
  }

  @Test func missingBucketsAreReported() async throws {
    let setting = try await Setting()
    let result = try await setting.objects.addResult("execution-1", csv: ["n\n"])
    for (name, text) in [("no-such-bucket-at-all", "There is no bucket"), ("Not a bucket", "names of bucket")] {
      try await setting.store.write { try $0.setBucket(name, instanceID: "room") }
      let reason = try #require(try await setting.delivery.deliver(result).failure)
      #expect(reason.contains(text))
      #expect(!reason.contains(name))
    }
    try await setting.store.write { try $0.setBucket(nil, instanceID: "room") }
    #expect(try await setting.delivery.deliver(result) == .unavailable(reason: "The instance has no S3 bucket."))
  }

  @Test func deliveriesNeedAnAccount() async throws {
    let setting = try await Setting(account: nil)
    try await setting.setPolicy(#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#)
    guard case .unavailable = try await setting.delivery.deliver(setting.objects.addResult("execution-1", csv: ["n\n"]))
    else {
      Issue.record("delivered by nobody")
      return
    }
    #expect(try await setting.delivered.isEmpty)
  }

  @Test func missingResultsAreServerFailures() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    let result = try await setting.objects.addResult("execution-1", csv: ["n\n"])
    try await setting.objects.deleteAll(under: ObjectKey("instances"))
    await #expect(throws: (any Error).self) { try await setting.delivery.deliver(result) }
  }
}

/// The same on a server without S3, where folders stand for buckets.
@Suite struct FolderDeliveryTests {
  @Test func foldersStandForBuckets() async throws {
    let folder = TestFolder()
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    let store = try MetadataStore(path: folder.url.appending(path: "metadata.sqlite").path)
    let objects = try LocalFolderStorage(root: folder.url.appending(path: "objects"))
    let buckets = FolderBuckets(root: folder.url.appending(path: "buckets"))
    let delivery = BucketDelivery(store: store, objects: objects, buckets: buckets, account: .ofFolders)
    try await store.addInstance(bucket: "amc-room")
    let result = try await objects.addResult("execution-1", csv: ["n\n1\n"])
    #expect(try await delivery.deliver(result).failure == "There is no bucket of the name that the instance has.")

    try await buckets.make("amc-room", granting: .ofFolders)
    let uri = "s3://amc-room/workflow=my_report/schedule=daily/"
    #expect(try await delivery.deliver(result) == .available(uri: uri))
    let bucket = folder.url.appending(path: "buckets/amc-room")
    let csv = bucket.appending(path: "workflow=my_report/schedule=daily/2026-01-31-my_report-ver1.csv")
    #expect(try String(contentsOf: csv, encoding: .utf8) == "n\n1\n")

    try Data(#"{"Statement": []}"#.utf8).write(to: bucket.appending(path: FolderBuckets.policyName))
    try await buckets.make("amc-room", granting: .ofFolders)
    #expect(try await delivery.deliver(result).failure?.contains("does not grant enough") == true)
    try FileManager.default.removeItem(at: bucket.appending(path: FolderBuckets.policyName))
    #expect(try await delivery.deliver(result).failure?.contains("no policy") == true)
  }
}

extension DeliveryOutcome {
  fileprivate var failure: String? {
    if case .failed(let reason) = self { reason } else { nil }
  }
}

extension MetadataStore {
  /// An account with one instance, `room`.
  fileprivate func addInstance(bucket: String) async throws {
    let now = Date(timeIntervalSince1970: 1_767_225_600)
    try await write { transaction in
      try transaction.insert(AccountRecord(id: "account", name: "Account", marketplaceID: "market", createdAt: now))
      try transaction.insert(
        InstanceRecord(id: "room", accountID: "account", name: "Room", kind: .standard, createdAt: now))
      try transaction.setBucket(bucket, instanceID: "room")
    }
  }
}

extension ObjectStorage {
  /// A daily result of 2026-01-31 with these files of CSV, and as many of Parquet.
  fileprivate func addResult(_ executionID: String, csv texts: [String]) async throws -> DeliverableResult {
    var keys: [(csv: String, parquet: String)] = []
    for (number, text) in texts.enumerated() {
      let key = "instances/room/executions/\(executionID)/attempt-1/result-part\(number + 1)"
      try await put(Data(text.utf8), at: ObjectKey("\(key).csv"))
      try await put(Data("parquet".utf8), at: ObjectKey("\(key).parquet"))
      keys.append(("\(key).csv", "\(key).parquet"))
    }
    return DeliverableResult(
      instanceID: "room", executionID: executionID, workflowID: "my_report", cadence: .daily,
      createdAt: Date(timeIntervalSince1970: 1_769_903_999),
      result: ReportResult(rowCount: texts.count, csvKeys: keys.map(\.csv), parquetKeys: keys.map(\.parquet)),
      metadata: .object(["workflowExecutionId": .string(executionID)]))
  }
}
