import Foundation
import S3TestSupport
import TestSupport
import Testing

/// The program with its objects on S3, with boto3 looking into the bucket.
@Suite(.hangLimit) struct S3SystemTests {
  let service: S3Server
  let bucket: String
  let environment: [String: String]

  init() async throws {
    service = try await S3Server.shared
    bucket = try await service.makeBucket()
    environment = [
      "ADYTON_STORAGE": "s3://\(bucket)/rooms", "ADYTON_S3_ENDPOINT": service.endpoint, "AWS_ACCESS_KEY_ID": "id",
      "AWS_SECRET_ACCESS_KEY": "not/a+secret=",
    ]
  }

  private func keys(under prefix: String) async throws -> [String] {
    try await service.list("keys", ["bucket": bucket, "prefix": prefix])
  }

  @Test func audiencesAreMadeFromSignalsOnS3() async throws {
    let server = try ServerProcess(users: 500, days: 3, environment: environment)
    let instance = "rooms/instances/\(ServerProcess.instanceID)"
    #expect(try await keys(under: "\(instance)/signals/dsp_impressions/").count == 4)
    try await server.start()
    let query = "SELECT user_id FROM dsp_impressions_for_audiences"
    let audience = try await server.audience(try await server.createAudience(query), reaching: ["SUCCEEDED", "FAILED"])
    #expect(audience["status"] as? String == "SUCCEEDED", "\(audience["statusReason"] ?? "")")
    #expect(try await keys(under: "\(instance)/audiences/").filter { $0.hasSuffix(".parquet") }.count == 1)
    #expect(server.stop() == 0)
    // Nothing of the signals stays on the local disk.
    let left = try FileManager.default.subpathsOfDirectory(atPath: server.folder.path())
    #expect(!left.contains { $0.hasPrefix("objects") })
    #expect(try await keys(under: "") == keys(under: "rooms/"))
  }

  @Test func aReportIsDownloadedFromS3AndDelivered() async throws {
    let account = ["ADYTON_DELIVERY_ACCOUNT": "123456789012", "ADYTON_ROWS_PER_FILE": "2"]
    let server = try ServerProcess(users: 500, days: 3, environment: environment.merging(account) { $1 })
    let results = try await service.makeBucket()
    let policy = """
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"},
       "Action": "s3:Put*", "Resource": "arn:aws:s3:::\(results)/*"}}
      """
    try await service.call("set_policy", ["bucket": results, "policy": policy])
    let set = try Program.run(
      "admin", "bucket", "set", "--data", server.folder.path(), "--instance", ServerProcess.instanceID, "--bucket",
      results, environment: environment)
    #expect(set.status == 0, "\(set.errors)")

    try await server.start()
    let execution = try await server.execution(
      "SELECT device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY device_type",
      from: "2025-06-01T00:00:00", to: "2025-07-01T00:00:00")
    #expect(execution["status"] as? String == "SUCCEEDED", "\(execution["statusReason"] ?? "")")
    let workflow = try #require(execution["workflowId"] as? String)
    let folder = "workflow=\(workflow)/schedule=adhoc"
    #expect(execution["outputS3URI"] as? String == "s3://\(results)/\(folder)/")
    let delivered = try await service.list("keys", ["bucket": results, "prefix": folder])
    let csv = delivered.filter { $0.hasSuffix(".csv") }
    #expect(csv.count >= 2, "\(delivered)")
    #expect(delivered.count(where: { $0.hasSuffix(".parquet") }) == csv.count)
    #expect(delivered.count(where: { $0.contains("/metadata/") }) == 1)

    let id = try #require(execution["workflowExecutionId"] as? String)
    let urls = try await server.send("GET", "\(server.executions)/\(id)/downloadUrls")
    let addresses = try #require(urls["downloadUrls"] as? [String])
    #expect(addresses.allSatisfy { $0.hasPrefix("\(service.endpoint)/\(bucket)/") && $0.contains("X-Amz-Signature=") })
    var downloaded: Set<Data> = []
    for address in addresses {
      let answer = try await service.call("fetch", ["url": address])
      downloaded.insert(try #require(answer["body"].flatMap { Data(base64Encoded: $0) }))
    }
    var objects: Set<Data> = []
    for key in csv { objects.insert(try await service.object(key, in: results)) }
    #expect(downloaded == objects)
    #expect(objects.allSatisfy { $0.starts(with: Data("device_type,n\n".utf8)) })
    #expect(server.stop() == 0)
  }

  @Test func loadingGoesToS3() async throws {
    let folder = TestFolder()
    let data = folder.url.appending(path: "data").path()
    _ = try Program.fields(["admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own", "--json"])
    let file = folder.url.appending(path: "a.csv")
    try Data("user_id,user_id_type,event_dt_utc\nu1,adUserId,2025-06-01 10:00:00\n".utf8).write(to: file)
    let loaded = try Program.run(
      "load", "conversions", file.path(), "--instance", "own", "--data", data, environment: environment)
    #expect(loaded.status == 0, "\(loaded.errors)")
    let keys = try await keys(under: "rooms/instances/own/signals/conversions/")
    #expect(keys.count == 2)
    #expect(keys.contains { $0.contains("/day=2025-06-01/part-") })
  }

  @Test func settingsAreChecked() throws {
    let folder = TestFolder()
    let data = folder.url.path()
    let wrong = [
      ["ADYTON_STORAGE": "s3://UPPER/x"], ["ADYTON_STORAGE": "gs://bucket"], ["ADYTON_S3_ENDPOINT": "nowhere"],
      ["AWS_SECRET_ACCESS_KEY": ""], ["ADYTON_S3_ADDRESSING": "any"], ["ADYTON_DELIVERY_ACCOUNT": "me"],
    ]
    for change in wrong {
      let result = try Program.run(
        "sandbox", "--data", data, environment: environment.merging(change) { $1 })
      #expect(result.status == 2, "\(change.keys): \(result.status)")
      #expect(!result.errors.contains("not/a+secret="))
    }
  }

  @Test func aFolderStandsForABucket() throws {
    let folder = TestFolder()
    let data = folder.url.path()
    _ = try Program.fields(["admin", "instance", "create", "--data", data, "--id", "own", "--name", "Own", "--json"])
    let set = try Program.run("admin", "bucket", "set", "--data", data, "--instance", "own", "--bucket", "amc-own")
    #expect(set.status == 0, "\(set.errors)")
    let policy = folder.url.appending(path: "buckets/amc-own/policy.json")
    #expect(try String(contentsOf: policy, encoding: .utf8).contains("s3:PutObjectAcl"))
    #expect(
      try Program.run("admin", "bucket", "set", "--data", data, "--instance", "none", "--bucket", "amc-own").status == 1
    )
    #expect(try Program.run("admin", "bucket", "set", "--data", data, "--instance", "own", "--bucket", "A").status != 0)
    #expect(try Program.run("admin", "bucket", "remove", "--data", data, "--instance", "own").status == 0)
  }
}
