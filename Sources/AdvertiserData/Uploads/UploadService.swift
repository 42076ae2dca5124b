package import Base
import CleanRoom
import Foundation
package import Metadata
import Warehouse

/// Takes requests for uploads, and shows their outcome. `UploadJobHandler` processes them.
package struct UploadService: Sendable {
  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  package init(
    store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator,
    wakeRunner: @escaping @Sendable () -> Void
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// Queues an upload.
  ///
  /// - Throws: `CleanRoomError.unknownDataSet`, `.legacyDataSet`, `.strategyNeedsFact`, `.invalidField`.
  package func create(
    _ order: Upload.Order, dataSetID: String, in instance: InstanceRecord
  ) async throws -> Upload {
    let now = clock.now
    let id = identifiers.uuid()
    var order = order
    order.countryCode = try order.countryCode.map(DataSetRules.countryCode)
    try order.source.validate()
    let request = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    let needsFacts = order.strategy.needsFacts
    let record = try await store.write { transaction in
      let dataSet = try DataSetService.record(id: dataSetID, instanceID: instance.id, in: transaction)
      let definition = try DataSetDefinition(stored: dataSet.definition)
      guard definition.schema.isFact || !needsFacts else { throw CleanRoomError.strategyNeedsFact }
      let record = UploadRecord(
        id: id, instanceID: instance.id, dataSetID: dataSetID, dataSetUID: dataSet.uid, request: request,
        createdAt: now)
      try transaction.insert(record)
      try transaction.insert(
        JobRecord(
          kind: .upload, subjectID: id, instanceID: instance.id, accountID: instance.accountID, createdAt: now))
      return record
    }
    wakeRunner()
    return try Upload(record)
  }

  /// The upload with the id to a data set of the name, also if the data set was deleted.
  package func upload(id: String, dataSetID: String, instanceID: String) async throws -> Upload {
    let record = try await store.read { try $0.find(UploadRecord.self, id: id) }
    guard let record, record.instanceID == instanceID, record.dataSetID == dataSetID else {
      throw CleanRoomError.unknownUpload
    }
    return try Upload(record)
  }

  /// Uploads, the latest first, from before `sequence`, at most `limit`.
  package func uploads(_ filter: UploadFilter, before sequence: Int64, limit: Int) async throws -> [Upload] {
    try await store.read { snapshot in
      try snapshot.uploads(filter, before: sequence, limit: limit).map(Upload.init)
    }
  }
}
