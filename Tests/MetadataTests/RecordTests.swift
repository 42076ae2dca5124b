import Foundation
import Metadata
import ServerTestSupport
import Testing

@Suite struct RecordTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    try await store.write { transaction in
      for id in ["ENTITY1", "ENTITY2"] {
        try transaction.insert(AccountRecord(id: id, name: id, marketplaceID: "M", createdAt: Fixtures.now))
        try transaction.insert(
          InstanceRecord(id: "amc\(id)", accountID: id, name: id, kind: .standard, createdAt: Fixtures.now))
      }
      try transaction.insert(
        ClientRecord(id: "client", name: "client", secretHash: Data([1]), createdAt: Fixtures.now))
    }
  }

  private func audience(_ id: String, instanceID: String = "amcENTITY1") -> AudienceRecord {
    AudienceRecord(
      id: id, instanceID: instanceID, advertiserID: "1", advertiserKind: .display, name: "A",
      audienceDescription: nil, query: "SELECT 1", timeWindowStart: Fixtures.now, timeWindowEnd: Fixtures.now,
      isTimeWindowRelative: false, refreshRateDays: 21, inputParameters: nil, parameterValues: "{}",
      createdAt: Fixtures.now)
  }

  @Test func audiencesComeNewestFirstAndStayInTheirInstance() async throws {
    try await store.write { transaction in
      for id in ["a", "b", "c"] { try transaction.insert(audience(id)) }
      try transaction.insert(audience("elsewhere", instanceID: "amcENTITY2"))
    }
    let first = try await store.read { try $0.audiences(instanceID: "amcENTITY1", beforeSequence: .max, limit: 2) }
    #expect(first.map(\.id) == ["c", "b"])
    let last = try #require(first.last?.sequence)
    let second = try await store.read { try $0.audiences(instanceID: "amcENTITY1", beforeSequence: last, limit: 2) }
    #expect(second.map(\.id) == ["a"])
  }

  @Test func aSequenceIsNeverUsedAgain() async throws {
    try await store.write { try $0.insert(audience("a")) }
    let first = try await store.read { try $0.find(AudienceRecord.self, id: "a")?.sequence }
    try await store.write { transaction in
      try transaction.delete(AudienceRecord.self, id: "a")
      try transaction.insert(audience("b"))
    }
    let second = try await store.read { try $0.find(AudienceRecord.self, id: "b")?.sequence }
    #expect(try #require(first) < #require(second))
  }

  @Test func aSubjectHasOneUnfinishedJob() async throws {
    let job = JobRecord(
      kind: .audience, subjectID: "a", instanceID: "amcENTITY1", accountID: "ENTITY1", createdAt: Fixtures.now)
    try await store.write { try $0.insert(job) }
    await #expect(throws: MetadataError.self) { try await store.write { try $0.insert(job) } }
    try await store.write { transaction in
      var known = try transaction.jobs(subjectID: "a")[0]
      known.state = .finished
      try transaction.update(known)
      try transaction.insert(job)
    }
    #expect(try await store.read { try $0.jobs(subjectID: "a") }.map(\.state) == [.finished, .pending])
  }

  @Test func anAudienceWithoutMembersCannotHaveSucceeded() async throws {
    await #expect(throws: MetadataError.self) {
      try await store.write { transaction in
        var record = audience("a")
        record.status = .succeeded
        try transaction.insert(record)
      }
    }
  }

  @Test func deletingAnAudienceForgetsItsIdempotencyKey() async throws {
    try await store.write { transaction in
      try transaction.insert(audience("a"))
      try transaction.insert(
        IdempotencyKeyRecord(
          clientID: "client", instanceID: "amcENTITY1", keyHash: Data([1]), bodyHash: Data([2]), audienceID: "a",
          createdAt: Fixtures.now))
      try transaction.delete(AudienceRecord.self, id: "a")
    }
    let key = try await store.read {
      try $0.idempotencyKey(clientID: "client", instanceID: "amcENTITY1", keyHash: Data([1]))
    }
    #expect(key == nil)
  }

  @Test func updatingWhatIsGoneIsAnError() async throws {
    await #expect(throws: MetadataError.corrupted) {
      try await store.write { transaction in
        try transaction.insert(audience("a"))
        let known = try transaction.find(AudienceRecord.self, id: "a")
        try transaction.delete(AudienceRecord.self, id: "a")
        if let known { try transaction.update(known) }
      }
    }
  }

  @Test func accessBelongsToTheClientAndTheAccount() async throws {
    try await store.write { transaction in
      try transaction.grantAccess(clientID: "client", accountID: "ENTITY1")
      try transaction.grantAccess(clientID: "client", accountID: "ENTITY1")
    }
    let access = try await store.read { snapshot in
      try ["ENTITY1", "ENTITY2"].map { try snapshot.hasAccess(clientID: "client", accountID: $0) }
    }
    #expect(access == [true, false])
    let accounts = try await store.read {
      try $0.accounts(clientID: "client", userID: nil, outside: [], afterID: "", limit: 10)
    }
    #expect(accounts.map(\.id) == ["ENTITY1"])
  }

  @Test func oldFinishedJobsAreForgotten() async throws {
    try await store.write { transaction in
      for (subject, age) in [("old", 100.0), ("new", 1.0)] {
        var job = JobRecord(
          kind: .execution, subjectID: subject, instanceID: "amcENTITY1", accountID: "ENTITY1", createdAt: Fixtures.now)
        job.state = .finished
        job.updatedAt = Fixtures.now.addingTimeInterval(-age)
        try transaction.insert(job)
      }
      try transaction.deleteFinishedJobs(before: Fixtures.now.addingTimeInterval(-10))
    }
    #expect(try await store.read { try $0.jobs(in: .finished, limit: 10) }.map(\.subjectID) == ["new"])
  }
}
