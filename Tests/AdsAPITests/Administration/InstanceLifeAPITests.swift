import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct InstanceLifeAPITests {
  private static let path = "/amc/instances/\(Fixtures.setup.instanceID)"

  // MARK: Changing

  @Test(arguments: Door.allCases)
  func updatesChangeNamedFieldsOnly(_ door: Door) async throws {
    let room = try await AdministrationServer()
    try await room.run(door) { client in
      let first = try await client.account(
        .put, Self.path,
        body: #"{"advertiserName": "Kitchen Smart", "s3BucketName": "my-bucket", "awsAccountId": "682015411111"}"#)
      #expect(first.status == 200, "\(first.body)")
      #expect(first.text("instance", "instanceName") == "demo")
      #expect(first.text("instance", "customerCanonicalName") == "Kitchen Smart")
      let second = try await client.account(
        .put, Self.path, body: #"{"instanceName": "New name", "s3BucketName": "", "awsAccountId": ""}"#)
      #expect(second.text("instance", "instanceName") == "New name")
      #expect(second.text("instance", "customerCanonicalName") == "Kitchen Smart")
      #expect(second.text("instance", "s3BucketName") == "")
      #expect(second.text("instance", "awsAccountId") == "")
      let before = try await room.audited().count
      #expect(try await client.account(.put, Self.path, body: "{}").status == 200)
      #expect(try await room.audited().count == before, "Nothing has changed.")
    }
    let updates = try await room.audited().filter { $0.action == "instance.update" }
    #expect(
      updates.map(\.details) == [
        #"{"awsAccountId":"682015411111","changed":"advertiserName","s3BucketName":"my-bucket"}"#,
        #"{"awsAccountId":"","changed":"instanceName","s3BucketName":""}"#,
      ])
    #expect(updates.allSatisfy { $0.actor == .client && $0.actorID == room.server.credentials.clientID })
  }

  static let refusals: [(body: String, code: String, names: String)] = [
    (#"{"instanceName": "a"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": ""}"#, "invalid_field", "instanceName"),
    (#"{"advertiserName": "a_b_c"}"#, "invalid_field", "advertiserName"),
    (#"{"awsAccountId": "1"}"#, "invalid_field", "awsAccountId"),
    (#"{"s3BucketName": "A"}"#, "invalid_field", "s3BucketName"),
    (#"{"instanceId": "a"}"#, "unknown_field", "instanceId"), ("", "body_missing", "missing"),
  ]

  @Test func invalidUpdatesChangeNothing() async throws {
    let room = try await AdministrationServer(.strict)
    try await room.run { client in
      let before = try await client.account(.get, Self.path).body
      for refusal in Self.refusals {
        let answer = try await client.account(.put, Self.path, body: refusal.body)
        #expect(answer.status == 400 && answer.errorCode == refusal.code, "\(refusal.body) \(answer.body)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
      }
      #expect(try await client.account(.get, Self.path).body == before)
      let foreign = "/amc/instances/\(Fixtures.otherSetup.instanceID)"
      #expect(try await client.account(.put, foreign, body: #"{"instanceName": "Mine"}"#).status == 403)
      #expect(try await client.account(.delete, foreign).status == 403)
      #expect(try await client.account(.put, "/amc/instances/no", body: #"{"instanceName": "Mine"}"#).status == 404)
      #expect(try await client.account(.delete, "/amc/instances/no").status == 404)
    }
  }

  // MARK: Deleting

  @Test(arguments: Door.allCases)
  func nothingIsLeftOfADeletedInstance(_ door: Door) async throws {
    let room = try await AdministrationServer()
    let objects = try LocalFolderStorage(root: URL(filePath: room.server.folder.file("objects")))
    let own = "instances/\(Fixtures.setup.instanceID)"
    // Something of every kind, with a text in it by which it can be found.
    for key in ["user-key.secret", "signals/t/part.parquet", "dataSets/d/part.parquet", "identity/users.parquet"] {
      try await objects.put(Data("findme".utf8), at: ObjectKey("\(own)/\(key)"))
    }
    try await objects.put(Data("stays".utf8), at: ObjectKey("instances/\(Fixtures.otherSetup.instanceID)/a"))
    try await objects.put(Data("stays".utf8), at: ObjectKey("instances/\(Fixtures.setup.instanceID)2/a"))
    try await room.run(door) { client in
      let audience = try await client.createAudience(["query": "\"SELECT user_id FROM findme\""])
      await room.server.jobs.waitUntilFinished(audience)
      let workflow = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflows",
        body: #"{"workflowId": "findme", "sqlQuery": "SELECT 1 AS findme"}"#)
      #expect(workflow.status == 200, "\(workflow.body)")
      #expect(try await !objects.list(under: ObjectKey("\(own)/audiences/\(audience)")).isEmpty)

      let deleted = try await client.account(.delete, Self.path)
      #expect(deleted.status == 204)
      #expect(deleted.body.isEmpty)
      await room.server.jobs.waitUntilFinished(Fixtures.setup.instanceID)

      #expect(try await client.account(.get, Self.path).status == 404)
      #expect(try await client.account(.delete, Self.path).status == 404)
      #expect(try await client.account(.get, "/amc/instances")["instances"].elements.isEmpty)
      #expect(
        try await client.account(.get, "/amc/reporting/\(Fixtures.setup.instanceID)/workflows").status == 404)
      #expect(try await client.audiences(.get).status == 404)
      let listed = try await client.activation(
        "/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)", body: #"{"adType": "DSP"}"#)
      #expect(listed["audiences"].elements.isEmpty, "\(listed.body)")
    }
    #expect(try await objects.list(under: ObjectKey(own)).isEmpty)
    #expect(try await objects.list(under: ObjectKey("instances")).count == 2)
    #expect(try filesWith("findme", in: room.server.folder.file("objects")).isEmpty)
    #expect(try await room.store.read { try $0.instanceRemovals() }.isEmpty)
    #expect(try await room.audited().last?.action == "instance.delete")
    try room.store.close()
    #expect(try filesWith("findme", in: room.server.folder.path).isEmpty, "Deleted rows leave their bytes.")
  }

  private func filesWith(_ text: String, in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else { return false }
      return data.range(of: Data(text.utf8)) != nil
    }
  }

  @Test func jobsOfADeletedInstanceEnd() async throws {
    let room = try await AdministrationServer()
    room.server.queries.answer(queriesWith: "FROM", .runUntilCancelled)
    try await room.run { client in
      let audience = try await client.createAudience()
      await room.server.jobs.wait { $0 == .started(subjectID: audience, attempt: 1) }
      #expect(try await client.account(.delete, Self.path).status == 204)
      await room.server.jobs.wait { $0 == .outdated(subjectID: audience, attempt: 1) }
      await room.server.jobs.waitUntilFinished(Fixtures.setup.instanceID)
    }
    let objects = try LocalFolderStorage(root: URL(filePath: room.server.folder.file("objects")))
    #expect(try await objects.list(under: ObjectKey("instances/\(Fixtures.setup.instanceID)")).isEmpty)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
  }

  // MARK: The account of AWS

  @Test(arguments: Door.allCases)
  func theTemplateURLServesTheBucketPolicy(_ door: Door) async throws {
    let room = try await AdministrationServer()
    try await room.run(door) { client in
      let answer = try await client.account(
        .post, "\(Self.path)/updateCustomerAwsAccount",
        body: #"{"awsAccountId": "682015411111", "bucketName": "my-bucket"}"#)
      #expect(answer.status == 200, "\(answer.body)")
      let instance = try await client.account(.get, Self.path)
      #expect(instance.text("instance", "awsAccountId") == "682015411111")
      #expect(instance.text("instance", "s3BucketName") == "my-bucket")
      let address = answer.text("cfnBucketUrl")
      let path = try #require(address.firstRange(of: "/adyton/")).lowerBound
      // A browser and CloudFormation have no token.
      let template = try await client.send(.get, String(address[path...]))
      #expect(template.status == 200, "\(template.body)")
      #expect(template.text("Resources", "Bucket", "Properties", "BucketName") == "my-bucket")
      let tags = try template["Resources", "Bucket", "Properties", "Tags"].text
      #expect(tags == #"[{"Key":"instanceId","Value":"\#(Fixtures.setup.instanceID)"}]"#)
      let document = template["Resources", "BucketPolicy", "Properties", "PolicyDocument"]
      let policy = try BucketPolicy(Data(document.text.utf8))
      for action in ["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"] {
        let decision = policy.decision(
          on: .init(account: .ofFolders, action: action, bucket: "my-bucket", key: "a/b", context: [:]))
        #expect(decision == .granted, "\(action)")
      }
      #expect(try await client.send(.get, "/adyton/delivery-bucket-template.json").status == 400)
      #expect(
        try await client.send(.get, "/adyton/delivery-bucket-template.json?bucketName=%22").status == 400)
      let foreign = "/adyton/delivery-bucket-template.json?bucketName=my-bucket&instanceId=a%22"
      #expect(try await client.send(.get, foreign).status == 400)
    }
    #expect(try await room.audited().last?.action == "instance.bucket")
  }

  static let awsRefusals: [(body: String, code: String, names: String)] = [
    (#"{"bucketName": "my-bucket"}"#, "missing_field", "awsAccountId"),
    (#"{"awsAccountId": "682015411111"}"#, "missing_field", "bucketName"),
    (#"{"awsAccountId": "", "bucketName": "my-bucket"}"#, "invalid_field", "awsAccountId"),
    (#"{"awsAccountId": "682015411111", "bucketName": ""}"#, "invalid_field", "bucketName"),
    (#"{"awsAccountId": "682015411111", "bucketName": "My Bucket"}"#, "invalid_field", "bucketName"),
    (#"{"awsAccountId": "x", "bucketName": "my-bucket"}"#, "invalid_field", "awsAccountId"),
    (#"{"awsAccountId": "682015411111", "bucketName": "my-bucket", "a": 1}"#, "unknown_field", "a"),
  ]

  @Test func invalidAccountsAreRefused() async throws {
    let room = try await AdministrationServer(.strict)
    try await room.run { client in
      for refusal in Self.awsRefusals {
        let answer = try await client.account(
          .post, "\(Self.path)/updateCustomerAwsAccount", body: refusal.body)
        #expect(answer.status == 400 && answer.errorCode == refusal.code, "\(refusal.body) \(answer.body)")
        #expect(answer.text("details").contains("\(refusal.names) "), "\(refusal.body) \(answer.body)")
      }
      let foreign = try await client.account(
        .post, "/amc/instances/\(Fixtures.otherSetup.instanceID)/updateCustomerAwsAccount",
        body: #"{"awsAccountId": "682015411111", "bucketName": "my-bucket"}"#)
      #expect(foreign.status == 403)
    }
  }

  @Test func withoutADeliveryAccountThereIsNoTemplate() async throws {
    let server = try await TestServer(configure: { dependencies, _ in dependencies.bucketAccount = nil })
    try await server.run(.router) { client in
      let answer = try await client.account(
        .post, "\(Self.path)/updateCustomerAwsAccount",
        body: #"{"awsAccountId": "682015411111", "bucketName": "my-bucket"}"#)
      #expect(answer.status == 400 && answer.errorCode == "unavailable_feature", "\(answer.body)")
      let template = try await client.send(.get, "/adyton/delivery-bucket-template.json?bucketName=my-bucket")
      #expect(template.errorCode == "unavailable_feature")
    }
  }
}
