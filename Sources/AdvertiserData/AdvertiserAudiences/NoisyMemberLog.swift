package import Base
package import CleanRoom
import DifferentialPrivacy
import Foundation
package import Metadata
package import Warehouse

/// Logs whose numbers of members have noise where they belong to an instance in noise mode. All numbers of members that
/// anybody is told come from here.
///
/// A size is measured when somebody asks for it, and each measurement is charged: once a day if the client has sent
/// records since, whenever it has sent twice as many as at the last one, and after a week. In between, and when the
/// budget is spent, the last one is told.
package struct NoisyMemberLog: AudienceMemberLog {
  /// The time after which a size is measured again although no record has come: members also leave by their time to
  /// live, and by deletions.
  static let longestAgeSeconds = 7 * 86_400.0

  private let log: any AudienceMemberLog
  private let store: MetadataStore
  private let ledger: PrivacyLedger
  private let clock: any WallClock

  package init(_ log: any AudienceMemberLog, store: MetadataStore, ledger: PrivacyLedger, clock: any WallClock) {
    self.log = log
    self.store = store
    self.ledger = ledger
    self.clock = clock
  }

  package func append(
    _ requests: [StagedAudienceRecords], of instance: InstanceRecord
  ) async throws -> [Int64: Int] {
    try await log.append(requests, of: instance)
  }

  package func memberCounts(_ requests: [MemberCountRequest]) async throws -> [String: [String: Int]] {
    let populations = try await populations(of: Set(requests.map(\.instanceID)))
    let exact = requests.filter { populations[$0.instanceID] == nil }
    var counts = exact.isEmpty ? [:] : try await log.memberCounts(exact)
    for request in requests {
      guard let population = populations[request.instanceID] else { continue }
      counts[request.logID] = try await told(request, population)
    }
    return counts
  }

  private func populations(of instanceIDs: Set<String>) async throws -> [String: String] {
    try await store.read { snapshot in
      var populations: [String: String] = [:]
      for id in instanceIDs { populations[id] = try snapshot.find(InstanceRecord.self, id: id)?.privacy.population }
      return populations
    }
  }

  // MARK: Sizes with noise

  /// A size of an audience in a log.
  private struct Size: Sendable {
    var audienceID: String
    var subject: String
    /// The number of records that the client has sent to the audience.
    var mark: Int
    var known: ToldSizeRecord?
  }

  /// The sizes of a log as they are told, by the ids of the audiences.
  private func told(_ request: MemberCountRequest, _ population: String) async throws -> [String: Int] {
    let now = clock.now
    let sizes = try await sizes(of: request)
    var told = Dictionary(sizes.map { ($0.audienceID, $0.known?.size ?? 0) }) { first, _ in first }
    let due = sizes.filter { isDue($0, at: now) }
    guard !due.isEmpty else { return told }
    var measured = request
    measured.since = request.since.filter { id, _ in due.contains { $0.audienceID == id } }
    let exact = try await log.memberCounts([measured])[request.logID] ?? [:]
    let new = try await store.write { transaction in
      try due.map { size in
        (
          size.audienceID,
          try tell(
            exact[size.audienceID] ?? 0, of: size, instanceID: request.instanceID, population, in: transaction, at: now)
        )
      }
    }
    told.merge(new) { $1 }
    return told
  }

  private func sizes(of request: MemberCountRequest) async throws -> [Size] {
    try await store.read { snapshot in
      try request.since.sorted { $0.key < $1.key }.map { id, since in
        // Members of all times and present ones are two sizes.
        let kind = since.timeIntervalSince1970 == 0 ? "known" : "present"
        let subject = "\(request.logID)/\(id)/\(kind)"
        let audience = try Int64(id).flatMap { try snapshot.find(StreamedAudienceRecord.self, id: $0) }
        return Size(
          audienceID: id, subject: subject, mark: audience?.receivedCount ?? 0, known: try snapshot.toldSize(subject))
      }
    }
  }

  private func isDue(_ size: Size, at now: Date) -> Bool {
    // An audience to which nothing was sent has nobody in it, which is no secret.
    guard size.mark > 0 else { return false }
    guard let known = size.known else { return true }
    if now.timeIntervalSince(known.toldAt) >= Self.longestAgeSeconds { return true }
    if size.mark / 2 >= known.mark { return true }
    return size.mark != known.mark && UTCDay(of: now) != UTCDay(of: known.toldAt)
  }

  /// Charges a size and tells it, in the transaction that records what was told.
  private func tell(
    _ count: Int, of size: Size, instanceID: String, _ population: String, in transaction: WriteTransaction,
    at now: Date
  ) throws -> Int {
    // Somebody else may have measured it while it was counted.
    let known = try transaction.toldSize(size.subject)
    guard known?.toldAt == size.known?.toldAt else { return known?.size ?? 0 }
    let question = NoiseQuestion(
      parts: ["size of an audience", size.subject, RandomIdentifierGenerator.uuid()],
      cost: ledger.settings.sizeLoss)
    let subject = PrivacyLedger.Subject(.audienceSize, id: size.audienceID, instanceID: instanceID)
    switch try ledger.use(question, of: population, for: subject, in: transaction, at: now) {
    case .refused: return known?.size ?? 0
    case .admitted(let seed):
      let told = SizeNoise(seed: seed, loss: question.cost)?.told(count, as: "members") ?? 0
      try transaction.save(ToldSizeRecord(subject: size.subject, size: told, mark: size.mark, toldAt: now))
      return told
    }
  }
}
