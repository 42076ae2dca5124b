package import Base
import CleanRoom
package import Metadata
import Warehouse

/// Makes, shows, changes and deletes data sets.
package struct DataSetService: Sendable {
  let store: MetadataStore
  let rows: any DataSetStorage
  let clock: any WallClock
  let identifiers: any IdentifierGenerator
  let stopUpload: @Sendable (_ uploadID: String) -> Void

  /// - Parameters:
  ///   - rows: The storage of data sets' rows.
  ///   - stopUpload: Stops the job of an upload that no longer counts.
  package init(
    store: MetadataStore, rows: any DataSetStorage, clock: any WallClock,
    identifiers: any IdentifierGenerator = RandomIdentifierGenerator(),
    stopUpload: @escaping @Sendable (_ uploadID: String) -> Void = { _ in }
  ) {
    self.store = store
    self.rows = rows
    self.clock = clock
    self.identifiers = identifiers
    self.stopUpload = stopUpload
  }

  /// Makes a data set with a name that is new in the instance. Queries can name it at once.
  ///
  /// - Throws: `CleanRoomError.invalidField`, `.dataSetExists`, `.tooManyDataSets`.
  package func create(_ draft: DataSetDraft, in instance: InstanceRecord) async throws {
    let now = clock.now
    try DataSetRules.checkName(draft.id)
    try DataSetRules.checkDescription(draft.description)
    let uid = newUID()
    let schema = DataSetSchema(
      uid: uid, period: draft.period ?? .day, countryCode: try draft.countryCode.map(DataSetRules.countryCode),
      columns: try DataSetRules.columns(draft.columns))
    let definition = try DataSetDefinition(schema: schema, description: draft.description).text
    let record = DataSetRecord(
      instanceID: instance.id, id: draft.id, uid: uid, isLegacy: false, definition: definition, createdAt: now)
    try await store.write { transaction in try Self.insert(record, in: transaction) }
  }

  private static func insert(_ record: DataSetRecord, in transaction: WriteTransaction) throws {
    if let existing = try transaction.dataSet(id: record.id, instanceID: record.instanceID) {
      throw existing.isLegacy
        ? CleanRoomError.legacyDataSet(id: record.id) : CleanRoomError.dataSetExists(id: record.id)
    }
    guard try transaction.dataSetCount(instanceID: record.instanceID) < DataSetRules.dataSetCountLimit else {
      throw CleanRoomError.tooManyDataSets(limit: DataSetRules.dataSetCountLimit)
    }
    try transaction.insert(record)
  }

  /// The name of a data set's folder: 32 hexadecimal digits.
  private func newUID() -> String { identifiers.uuid().replacing("-", with: "") }

  /// The data set with the name.
  ///
  /// - Throws: `CleanRoomError.unknownDataSet`, `.legacyDataSet`.
  package func dataSet(id: String, instanceID: String) async throws -> DataSet {
    try await store.read { try DataSet(Self.record(id: id, instanceID: instanceID, in: $0)) }
  }

  /// The instance's data sets in the order of their creation, from after `afterSequence`, at most `limit`.
  package func dataSets(instanceID: String, afterSequence: Int64, limit: Int) async throws -> [DataSet] {
    try await store.read { snapshot in
      try snapshot.dataSets(instanceID: instanceID, afterSequence: afterSequence, limit: limit).map(DataSet.init)
    }
  }

  /// Changes a data set, and returns it.
  package func update(_ change: DataSetChange, id: String, instanceID: String) async throws -> DataSet {
    try DataSetRules.checkDescription(change.description)
    let countryCode = try change.countryCode.map(DataSetRules.countryCode)
    return try await edit(id: id, instanceID: instanceID) { definition throws(CleanRoomError) in
      if let description = change.description { definition.description = description }
      if let countryCode { definition.schema.countryCode = countryCode }
    }
  }

  /// Changes the definition in one step.
  func edit(
    id: String, instanceID: String,
    _ change: @escaping @Sendable (inout DataSetDefinition) throws(CleanRoomError) -> Void
  ) async throws -> DataSet {
    let now = clock.now
    return try await store.write { transaction in
      var record = try Self.record(id: id, instanceID: instanceID, in: transaction)
      var definition = try DataSetDefinition(stored: record.definition)
      try change(&definition)
      record.definition = try definition.text
      try transaction.update(&record, at: now)
      return try DataSet(record)
    }
  }

  static func record(
    id: String, instanceID: String, in transaction: some MetadataReading
  ) throws -> DataSetRecord {
    guard let record = try transaction.dataSet(id: id, instanceID: instanceID) else {
      throw CleanRoomError.unknownDataSet
    }
    guard !record.isLegacy else { throw CleanRoomError.legacyDataSet(id: id) }
    return record
  }
}
