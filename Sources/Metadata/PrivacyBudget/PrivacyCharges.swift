package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A population of people, who share one privacy budget. Its secret is behind all noise, and never leaves the store.
package struct PopulationRecord: StoredRecord {
  package static let databaseTableName = "population"
  package enum CodingKeys: String, StoredColumn { case name, secret, createdAt }

  package var name: String
  package var secret: Data
  package var createdAt: Date
}

/// A question that was charged to the budget of a population.
///
/// Records stay for good: a question that was answered once is answered again at no cost. They outlive executions and
/// instances, so nothing that a caller deletes gives a budget back. That is why no column is called `instanceID`.
package struct PrivacyChargeRecord: StoredRecord {
  package static let databaseTableName = "privacyCharge"
  package enum CodingKeys: String, StoredColumn {
    case sequence, population, fingerprint, kind, subjectID, chargedTo, ticks, deltaTicks, chargedAt, isUsed
  }

  /// The work that was charged.
  package enum Kind: String, StoredChoice {
    case execution
    case audience
    case lookalike
    case upload
    /// The size of an audience whose members a client sends.
    case audienceSize
  }

  /// The position in the order of charges; nil before the insert.
  package var sequence: Int64?
  package var population: String
  /// SHA-256 of the question and of the data that it reads. A population has one record of each.
  package var fingerprint: Data
  package var kind: Kind
  /// The id of the execution, audience or upload.
  package var subjectID: String
  /// The id of the instance.
  package var chargedTo: String
  /// The loss as a multiple of 2^-40 of rho.
  package var ticks: Int64
  /// The part of delta that was spent on choosing groups, as a multiple of 2^-60.
  package var deltaTicks: Int64
  /// The time from which the charge counts for a period: that of the request, and from the run on that of the run.
  package var chargedAt: Date
  /// Whether a run has begun that computes the answer.
  package var isUsed: Bool

  package init(
    population: String, fingerprint: Data, kind: Kind, subjectID: String, chargedTo: String, ticks: Int64,
    deltaTicks: Int64, chargedAt: Date
  ) {
    (self.population, self.fingerprint, self.kind) = (population, fingerprint, kind)
    (self.subjectID, self.chargedTo) = (subjectID, chargedTo)
    (self.ticks, self.deltaTicks, self.chargedAt) = (ticks, deltaTicks, chargedAt)
    isUsed = false
  }
}

/// A size that was told with noise. It is told again until it is measured anew, which is charged.
package struct ToldSizeRecord: StoredRecord {
  package static let databaseTableName = "toldSize"
  package enum CodingKeys: String, StoredColumn { case subject, size, mark, toldAt }

  /// The thing that was measured.
  package var subject: String
  package var size: Int
  /// A public number that changes when there is something to measure: of records that a client has sent.
  package var mark: Int
  package var toldAt: Date

  package init(subject: String, size: Int, mark: Int, toldAt: Date) {
    (self.subject, self.size, self.mark, self.toldAt) = (subject, size, mark, toldAt)
  }
}

extension MetadataReading {
  /// The names of all populations: those that have a secret, and those of instances that were never asked.
  package func populationNames() throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM population UNION SELECT population FROM instance WHERE population IS NOT NULL ORDER BY 1
        """)
  }

  /// The instances of a population, by id.
  package func instances(population: String) throws -> [InstanceRecord] {
    try InstanceRecord.filter { $0.population == population }.order { $0.id }.fetchAll(database)
  }

  /// Whether an instance in noise mode has the signals of real people.
  package func hasPeopleWithBudget() throws -> Bool {
    try !InstanceRecord.filter { $0.population != nil && !$0.hasSyntheticSignals }.isEmpty(database)
  }

  /// The charge for a question, whenever it was.
  package func privacyCharge(population: String, fingerprint: Data) throws -> PrivacyChargeRecord? {
    try PrivacyChargeRecord.filter { $0.population == population && $0.fingerprint == fingerprint }.fetchOne(database)
  }

  /// The charge for a question of the subject that no run has begun to answer.
  package func unusedPrivacyCharge(
    population: String, kind: PrivacyChargeRecord.Kind, subjectID: String
  ) throws -> PrivacyChargeRecord? {
    let ofSubject = PrivacyChargeRecord.filter { $0.kind == kind && $0.subjectID == subjectID }
    return try ofSubject.filter { $0.population == population && !$0.isUsed }.order { $0.sequence }.fetchOne(database)
  }

  /// The charges of a population that count since a moment, the oldest first. The moment itself no longer counts.
  package func privacyCharges(population: String, since: Date) throws -> [PrivacyChargeRecord] {
    try PrivacyChargeRecord.filter { $0.population == population && $0.chargedAt > since.databaseMilliseconds }
      .order { [$0.chargedAt, $0.sequence] }.fetchAll(database)
  }

  /// The last size that was told of a subject.
  package func toldSize(_ subject: String) throws -> ToldSizeRecord? {
    try ToldSizeRecord.fetchOne(database, key: subject)
  }
}

extension WriteTransaction {
  /// The secret of a population; `candidate` becomes the secret if there is none yet.
  package func populationSecret(_ name: String, orInsert candidate: Data, at now: Date) throws -> Data {
    if let known = try PopulationRecord.fetchOne(database, key: name) { return known.secret }
    try insert(PopulationRecord(name: name, secret: candidate, createdAt: now))
    return candidate
  }
}
