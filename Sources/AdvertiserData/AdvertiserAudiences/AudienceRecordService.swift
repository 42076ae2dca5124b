package import Base
package import CleanRoom
package import FirstPartyData
import Foundation
package import Metadata
package import ObjectStorage

/// Receives records of audiences' members, and shows their outcome.
///
/// The records of a request wait, checked and staged, until a job processes them with others of the instance.
/// Afterwards only user keys are left of them.
package struct AudienceRecordService: Sendable {
  /// The possible numbers of records in a request, from the published OpenAPI.
  package static let recordCount = 1...10_000

  private let store: MetadataStore
  private let objects: any ObjectStorage
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let consent: ConsentPolicy
  private let wakeRunner: @Sendable () -> Void

  package init(
    store: MetadataStore, objects: any ObjectStorage, clock: any WallClock, identifiers: any IdentifierGenerator,
    consent: ConsentPolicy = ConsentPolicy(), wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.objects = objects
    self.clock = clock
    self.identifiers = identifiers
    self.consent = consent
    self.wakeRunner = wakeRunner
  }

  /// An area for the body of a request while it is read.
  package func stage() async throws -> StagingArea { try await objects.stage() }

  /// Begins to receive the records of a request.
  ///
  /// - Throws: `invalidField` for an audience or a connection that is not the client's, or that can't receive records
  ///   in this way; `instanceForbidden`, `noDefaultConnection`.
  package func intake(_ address: RecordAddress, principal: Principal) async throws -> RecordIntake {
    let (target, country) = try await store.read { snapshot in
      let target = try RecordTarget.find(address, principal: principal, in: snapshot)
      return (target, try target.countryCode(in: snapshot))
    }
    return try RecordIntake(
      target: target, check: RecordCheck(consent: consent, countryCode: country),
      file: try await objects.stage().file("records.csv"))
  }

  /// Ends the intake and returns the id of the job that processes the records. A job without valid records has failed
  /// already.
  ///
  /// - Throws: `invalidField` for too many records, or none.
  package func submit(_ intake: RecordIntake) async throws -> String {
    guard Self.recordCount.contains(intake.receivedCount) else {
      throw CleanRoomError.invalidField(name: "records", reason: "must have 1 to 10000 elements.")
    }
    let now = clock.now
    let id = identifiers.uuid()
    let target = intake.target
    var submission = RecordSubmission(
      id: id, clientID: target.clientID, audienceID: target.audienceID, instanceID: target.workplaceID,
      receivedCount: intake.receivedCount, validCount: intake.validCount,
      invalidRecords: String(decoding: try JSONEncoder().encode(intake.invalidRecords), as: UTF8.self),
      createdAt: now)
    let file = try intake.finished()
    if intake.validCount == 0 {
      submission.state = .failed
    } else {
      let key = try StagedRecordKeys.key(instanceID: target.workplaceID, name: id, at: now)
      try await objects.publish(file, as: key)
      submission.stagedKey = key.value
    }
    try await record(submission, target: target, at: now)
    if submission.state == .pending { wakeRunner() }
    return id
  }

  private func record(_ submission: RecordSubmission, target: RecordTarget, at now: Date) async throws {
    let batchID = identifiers.uuid()
    let logIDs = [newLogID(), newLogID()]
    try await store.write { transaction in
      var submission = submission
      if submission.state == .pending {
        submission.amcLogID = try target.instanceID.map { instanceID in
          try target.log(instanceID, dspAdvertiserID: nil, newID: logIDs[0], in: transaction, at: now)
        }
        submission.dspLogID = try target.dsp.map { dsp in
          try target.log(
            dsp.instanceID, dspAdvertiserID: dsp.advertiserID, newID: logIDs[1], in: transaction, at: now)
        }
        try AudienceRecordsJobHandler.enqueue(
          batchID: batchID, instanceID: submission.instanceID, in: transaction, at: now)
      } else {
        try transaction.count(received: submission.receivedCount, resolved: 0, audienceID: submission.audienceID)
      }
      try transaction.insert(submission)
    }
  }

  /// Removes staged records that the last server did not live to record. It is called before requests are accepted:
  /// records that no request knows at that time stay unknown.
  package func removeLeftovers() async throws {
    for instanceID in try await store.read({ try $0.instanceIDs() }) {
      try await StagedRecordOrphans(store: store, objects: objects).remove(instanceID: instanceID, olderThan: nil)
    }
  }

  /// Hexadecimal digits that no other log has.
  private func newLogID() -> String { identifiers.uuid().filter { $0 != "-" } }

  /// The outcome of a request's records.
  package struct Status: Sendable, Hashable {
    package var submission: RecordSubmission
    package var invalidRecords: [InvalidRecord]
    package var audience: StreamedAudienceRecord
  }

  /// The outcome of a request's records.
  ///
  /// - Throws: `unknownRecordJob` for a job that is not the client's.
  package func status(jobID: String, principal: Principal) async throws -> Status {
    try await store.read { snapshot in
      guard let submission = try snapshot.recordSubmission(id: jobID, clientID: principal.clientID),
        try principal.mayUse(instanceID: submission.instanceID, in: snapshot),
        let audience = try snapshot.find(StreamedAudienceRecord.self, id: submission.audienceID)
      else { throw CleanRoomError.unknownRecordJob }
      let invalid = try? JSONDecoder().decode([InvalidRecord].self, from: Data(submission.invalidRecords.utf8))
      return Status(submission: submission, invalidRecords: invalid ?? [], audience: audience)
    }
  }
}
