import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct InstanceCreationAPITests {
  @Test(arguments: Door.allCases)
  func anInstanceNeedsOnlyAName(_ door: Door) async throws {
    let room = try await AdministrationServer()
    try await room.run(door) { client in
      let created = try await client.account(.post, "/amc/instances", body: #"{"instanceName": "Shop 1"}"#)
      #expect(created.status == 200, "\(created.body)")
      #expect(created.headers[.contentType] == "application/vnd.amcinstances.v1+json")
      #expect(created.text("instance", "creationStatus") == "REQUESTED")
      #expect(created.text("instance", "instanceType") == "STANDARD")
      #expect(created.text("instance", "customerCanonicalName") == "Shop 1")
      #expect(created["instance", "acrCollaboration"] == .null)
      #expect(created["instance", "advertiserTypes"] == .array([]))
      let id = created.text("instance", "instanceId")
      await room.server.jobs.waitUntilFinished(id)
      let shown = try await client.account(.get, "/amc/instances/\(id)")
      #expect(shown.text("instance", "creationStatus") == "COMPLETED")
      #expect(try await client.account(.get, "/amc/instances/\(id)/advertisers")["totalCount"] == .integer(0))
      let completedAt = try await room.store.read { try $0.find(InstanceRecord.self, id: id)?.completedAt }
      #expect(completedAt == Fixtures.now)
    }
  }

  @Test func everyFieldIsReturned() async throws {
    let room = try await AdministrationServer()
    try await room.run { client in
      let id = try await room.make(
        client,
        #""instanceName": "Shop", "advertiserName": "Kitchen Smart", "awsAccountId": "682015411111", "s3BucketName": "my-bucket""#
      )
      let instance = try await client.account(.get, "/amc/instances/\(id)")
      #expect(instance.text("instance", "customerCanonicalName") == "Kitchen Smart")
      #expect(instance.text("instance", "awsAccountId") == "682015411111")
      #expect(instance.text("instance", "s3BucketName") == "my-bucket")
    }
  }

  /// The body, the code of the error, and the name in its text.
  static let refusals: [(body: String, code: String, names: String)] = [
    ("{}", "missing_field", "instanceName"),
    (#"{"instanceName": 5}"#, "wrong_type", "instanceName"),
    (#"{"instanceName": "ab"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": "\#(String(repeating: "a", count: 51))"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": "a-b-c"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": "Müller"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": " Shop"}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": "Shop "}"#, "invalid_field", "instanceName"),
    (#"{"instanceName": "Shop", "advertiserName": "A/B"}"#, "invalid_field", "advertiserName"),
    (#"{"instanceName": "Shop", "awsAccountId": "123"}"#, "invalid_field", "awsAccountId"),
    (#"{"instanceName": "Shop", "awsAccountId": "12345678901a"}"#, "invalid_field", "awsAccountId"),
    (#"{"instanceName": "Shop", "s3BucketName": "My Bucket"}"#, "invalid_field", "s3BucketName"),
    (#"{"instanceName": "Shop", "instanceType": "COLLABORATION"}"#, "wrong_type", "instanceType"),
    (#"{"instanceName": "Shop", "acrBacked": true}"#, "unavailable_feature", "acrBacked"),
    (#"{"instanceName": "Shop", "acrCustomerPartners": [{}]}"#, "unavailable_feature", "acrCustomerPartners"),
    // The published example of a collaboration of several parties has its boolean as text.
    (
      #"{"instanceName": "Shop", "advertiserName": "Advertiser A", "awsAccountId": "123456789000", "acrBacked": "true", "#
        + #""acrCustomerPartners": [{"awsAccountId": "123456789001", "displayName": "Source Data 1"}]}"#,
      "unavailable_feature", "acrCustomerPartners"
    ),
    (#"{"instanceName": "Shop", "idempotencyToken": ""}"#, "invalid_field", "idempotencyToken"),
    (#"{"instanceName": "Shop", "color": "red"}"#, "unknown_field", "color"),
    ("[]", "body_not_an_object", "JSON object"), ("", "body_missing", "missing"),
  ]

  @Test func invalidRequestsAreNamedAndLeaveNothing() async throws {
    let room = try await AdministrationServer(.strict)
    try await room.run { client in
      for refusal in Self.refusals {
        let answer = try await client.account(.post, "/amc/instances", body: refusal.body)
        #expect(answer.status == 400, "\(refusal.body)")
        #expect(answer.errorCode == refusal.code, "\(refusal.body) \(answer.body)")
        #expect(answer.text("details").contains(refusal.names), "\(refusal.body) \(answer.body)")
      }
      #expect(try await client.account(.get, "/amc/instances")["instances"].elements.count == 1)
      let foreign = try await client.account(
        .post, "/amc/instances", body: #"{"instanceName": "Shop"}"#,
        headers: ["Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID])
      #expect(foreign.status == 403)
    }
  }

  @Test func repeatingARequestMakesOneInstance() async throws {
    let room = try await AdministrationServer()
    try await room.run { client in
      let body = #"{"instanceName": "Shop", "idempotencyToken": "one"}"#
      let first = try await client.account(.post, "/amc/instances", body: body)
      let again = try await client.account(
        .post, "/amc/instances", body: #"{"idempotencyToken": "one", "instanceName": "Shop"}"#)
      #expect(again.status == 200)
      #expect(first.text("instance", "instanceId") == again.text("instance", "instanceId"))
      let other = try await client.account(
        .post, "/amc/instances", body: #"{"instanceName": "Other", "idempotencyToken": "one"}"#)
      #expect(other.errorCode == "idempotency_key_reused")
      let elsewhere = try await client.account(
        .post, "/amc/instances", body: #"{"instanceName": "Shop", "idempotencyToken": "two"}"#)
      #expect(elsewhere.text("instance", "instanceId") != first.text("instance", "instanceId"))
      #expect(try await room.audited().filter { $0.action == "instance.create" }.count == 3)
    }
  }

  @Test func anAccountHasALimit() async throws {
    let room = try await AdministrationServer()
    try await room.store.write { transaction in
      for index in 1..<InstanceRules.instanceCountLimit {
        try transaction.insert(
          InstanceRecord(
            id: "extra\(index)", accountID: Fixtures.setup.accountID, name: "extra", kind: .standard,
            createdAt: Fixtures.now))
      }
    }
    try await room.run { client in
      let answer = try await client.account(.post, "/amc/instances", body: #"{"instanceName": "One more"}"#)
      #expect(answer.status == 400)
      #expect(answer.errorCode == "too_many_instances")
      #expect(answer.text("details").contains("4000"))
    }
  }

  // MARK: Sandboxes

  @Test func sandboxesHaveSignalsAndAdvertisers() async throws {
    let room = try await AdministrationServer()
    try await room.run { client in
      let id = try await room.make(client, #""instanceName": "Trial", "instanceType": "SANDBOX""#)
      let instance = try await client.account(.get, "/amc/instances/\(id)")
      #expect(instance.text("instance", "instanceType") == "SANDBOX")
      #expect(instance.text("instance", "creationStatus") == "COMPLETED")
      #expect(instance["instance", "advertiserTypes"] == .array([.string("DISPLAY")]))
      #expect(FileManager.default.fileExists(atPath: room.server.folder.file("objects/instances/\(id)/signals/a")))
    }
  }

  @Test func failedSandboxesAreRetried() async throws {
    let room = try await AdministrationServer(signals: FakeSignals(failures: 1))
    try await room.run { client in
      let id = try await room.make(client, #""instanceName": "Trial", "instanceType": "SANDBOX""#)
      #expect(
        try await client.account(.get, "/amc/instances/\(id)").text("instance", "creationStatus") == "COMPLETED")
      #expect(room.server.jobs.events.contains(.requeued(subjectID: id, attempt: 1)))
    }
  }

  @Test(arguments: [0, 100])
  func impossibleSandboxesFailWithAReasonAndCanBeDeleted(_ failures: Int) async throws {
    let room = try await AdministrationServer(signals: failures == 0 ? nil : FakeSignals(failures: failures))
    try await room.run { client in
      let created = try await client.account(
        .post, "/amc/instances", body: #"{"instanceName": "Trial", "instanceType": "SANDBOX"}"#)
      let id = created.text("instance", "instanceId")
      await room.server.jobs.wait { event in
        switch event {
        case .finished(id, _), .abandoned(id, _): true
        case .started, .finished, .requeued, .abandoned, .outdated: false
        }
      }
      let instance = try await client.account(.get, "/amc/instances/\(id)")
      #expect(instance.text("instance", "creationStatus") == "FAILED")
      #expect(!instance.text("instance", "creationStatusReason").isEmpty)
      let update = try await client.account(
        .put, "/amc/instances/\(id)", body: #"{"instanceName": "Other"}"#)
      #expect(update.errorCode == "instance_not_ready")
      #expect(try await client.account(.delete, "/amc/instances/\(id)").status == 204)
      #expect(try await client.account(.get, "/amc/instances/\(id)").status == 404)
    }
  }

  // MARK: Before it is there

  @Test(arguments: [InstanceRecord.Status.requested, .submitted, .inProgress, .failed])
  func unfinishedInstancesCannotBeUsed(_ status: InstanceRecord.Status) async throws {
    let room = try await AdministrationServer()
    try await room.store.write { transaction in
      try transaction.insert(
        InstanceRecord(
          id: "unready", accountID: Fixtures.setup.accountID, name: "unready", kind: .standard,
          createdAt: Fixtures.now, status: status))
    }
    let requests: [(HTTPRequest.Method, String, String?)] = [
      (.put, "/amc/instances/unready", #"{"instanceName": "Other"}"#),
      (.post, "/amc/instances/unready/advertisers/updates", #"{"advertisersToAdd": [{"id": "1", "type": "DISPLAY"}]}"#),
      (
        .post, "/amc/instances/unready/updateCustomerAwsAccount",
        #"{"awsAccountId": "682015411111", "bucketName": "my-bucket"}"#
      ),
      (.get, "/amc/reporting/unready/workflows", nil), (.get, "/amc/reporting/unready/dataSources", nil),
      (.get, "/amc/reporting/unready/workflowExecutions", nil), (.get, "/amc/reporting/unready/schedules", nil),
      (.post, "/amc/advertiserData/unready/dataSets/list", "{}"),
    ]
    try await room.run { client in
      for (method, path, body) in requests {
        let answer = try await client.account(method, path, body: body)
        #expect(answer.status == 400, "\(path) \(answer.body)")
        #expect(answer.errorCode == "instance_not_ready", "\(path) \(answer.body)")
        #expect(answer.body.contains(status.rawValue), "\(path) \(answer.body)")
      }
      let audience = try await client.audiences(
        .post, body: AudienceBody.json(), headers: ["Amazon-Marketing-Cloud-Audience-InstanceId": "unready"])
      #expect(audience.errorCode == "instance_not_ready", "\(audience.body)")
      if status != .failed {
        // The job that makes it, as a runner holds it.
        try await room.store.write { transaction in
          var job = JobRecord(
            kind: .instanceCreation, subjectID: "unready", instanceID: "unready", accountID: Fixtures.setup.accountID,
            createdAt: Fixtures.now)
          job.state = .running
          try transaction.insert(job)
        }
        #expect(try await client.account(.delete, "/amc/instances/unready").errorCode == "instance_not_ready")
      }
      #expect(try await client.account(.get, "/amc/instances/unready").status == 200)
    }
  }
}
