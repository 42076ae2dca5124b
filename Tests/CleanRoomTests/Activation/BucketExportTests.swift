@testable import Activation
import Foundation
import Metadata
import ObjectStorage
import S3TestSupport
import ServerTestSupport
import Testing
import Warehouse

@testable import CleanRoom

/// Exports of members to a bucket of an S3 service, digested by the engine.
@Suite struct BucketExportTests {
  static let grant = #"""
    {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]},
     "Action": ["s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"], "Resource": "arn:aws:s3:::BUCKET/*"}
    """#

  private final class Setting: Sendable {
    let folder = TestFolder()
    let server: S3Server
    let objects: LocalFolderStorage
    let bucket: String
    let settings: EngineSettings
    let export: BucketAudienceExport

    init(account: String? = "123456789012") async throws {
      server = try await S3Server.shared
      bucket = try await server.makeBucket()
      objects = try LocalFolderStorage(root: folder.url.appending(path: "objects"))
      settings = EngineSettings(
        threads: 2, memoryLimitBytes: 256 << 20, spillFolder: folder.url.appending(path: "spill"))
      export = BucketAudienceExport(
        objects: objects,
        buckets: S3CustomerBuckets(client: S3Client(settings: try server.settings(), sleep: { _ in })),
        account: account.flatMap(DeliveryAccount.init), digests: EngineMemberDigests(settings: settings))
    }

    func setPolicy(_ statement: String) async throws {
      let text = #"{"Version": "2012-10-17", "Statement": [\#(statement)]}"#
      try await server.call("set_policy", ["bucket": bucket, "policy": text.replacing("BUCKET", with: bucket)])
    }

    var keys: [String] {
      get async throws { try await server.list("keys", ["bucket": bucket, "prefix": ""]) }
    }

    /// Members as an audience query leaves them.
    func addMembers(_ prefix: String, count: Int) async throws {
      let area = try await objects.stage()
      let location = try area.location(of: "members.parquet")
      try await TrustedSession.with(settings, folders: [area.folder]) { session in
        try await session.execute(
          "COPY (SELECT CAST(range AS BIGINT) AS user_id FROM range(\(count))) TO '\(location.path)' (FORMAT parquet)")
      }
      try await objects.publish(try area.file("members.parquet"), as: ObjectKey("\(prefix)/members.parquet"))
    }

    func audience(_ revision: Int, _ prefix: String?) -> ExportedAudience {
      ExportedAudience(
        destination: DestinationRecord(
          id: "d", instanceID: "room", name: "Partner", bucket: bucket, prefix: "amc",
          secret: Data(repeating: 3, count: 32), createdAt: Fixtures.now),
        canonicalID: "77", folder: "amc/audience=77", revision: revision, membersPrefix: prefix)
    }

    /// The ids that are in an object of the bucket.
    func ids(_ key: String) async throws -> Set<String> {
      let area = try await objects.stage()
      let data = try await server.object(key, in: bucket)
      try data.write(to: try area.file("seen.parquet").url)
      let location = try area.location(of: "seen.parquet")
      return try await TrustedSession.with(settings, files: [location]) { session in
        let rows = try await session.rows("SELECT member_id FROM read_parquet('\(location.path)')")
        return Set(rows.compactMap { $0.first?.text })
      }
    }
  }

  @Test func membersAreReplacedAndRemoved() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    try await setting.addMembers("one", count: 30)
    try await setting.addMembers("two", count: 20)
    #expect(try await setting.export.replace(setting.audience(1, "one"), at: Fixtures.now) == .done)
    let folder = "amc/audience=77"
    #expect(try await setting.keys == ["\(folder)/manifest.json", "\(folder)/members-1.parquet"])
    let first = try await setting.ids("\(folder)/members-1.parquet")
    #expect(first.count == 30)
    #expect(first.allSatisfy { $0.count == 64 })
    let manifest = try JSONDecoder().decode(
      BucketAudienceExport.Manifest.self,
      from: try await setting.server.object("\(folder)/manifest.json", in: setting.bucket))
    #expect(manifest.memberCount == 30)
    #expect(manifest.files.map(\.key) == ["\(folder)/members-1.parquet"])
    #expect(try await setting.export.replace(setting.audience(2, "two"), at: Fixtures.now) == .done)
    #expect(try await setting.keys == ["\(folder)/manifest.json", "\(folder)/members-2.parquet"])
    // The same members have the same ids at the same destination, so that it can see who stayed.
    #expect(try await setting.ids("\(folder)/members-2.parquet").isSubset(of: first))
    #expect(try await setting.export.remove(setting.audience(2, nil)) == .done)
    #expect(try await setting.keys.isEmpty)
    #expect(try await setting.export.remove(setting.audience(2, nil)) == .done)
  }

  @Test(arguments: [
    (grant.replacing(#", "s3:DeleteObject""#, with: ""), "allows s3:DeleteObject"),
    (grant.replacing("123456789012", with: "999999999999"), "allows s3:PutObject and s3:PutObjectAcl"),
    (grant.replacing("BUCKET/*", with: "BUCKET/other/*"), "does not grant enough"),
  ])
  func nothingIsWrittenWhereItIsNotGranted(_ statement: String, _ text: String) async throws {
    let setting = try await Setting()
    try await setting.setPolicy(statement)
    try await setting.addMembers("one", count: 3)
    let outcome = try await setting.export.replace(setting.audience(1, "one"), at: Fixtures.now)
    guard case .refused(let reason) = outcome else {
      Issue.record("exported")
      return
    }
    #expect(reason.contains(text), "\(reason)")
    #expect(try await setting.keys.isEmpty)
  }

  @Test func exportsNeedAnAccount() async throws {
    let setting = try await Setting(account: nil)
    try await setting.setPolicy(#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#)
    try await setting.addMembers("one", count: 3)
    guard case .refused = try await setting.export.replace(setting.audience(1, "one"), at: Fixtures.now) else {
      Issue.record("exported by nobody")
      return
    }
    #expect(try await setting.keys.isEmpty)
  }

  @Test func missingMembersAreServerFailures() async throws {
    let setting = try await Setting()
    try await setting.setPolicy(Self.grant)
    await #expect(throws: (any Error).self) {
      _ = try await setting.export.replace(setting.audience(1, "nowhere"), at: Fixtures.now)
    }
    #expect(try await setting.keys.isEmpty)
  }
}
