import Catalog
package import CleanRoom
import Metadata

import struct Foundation.Date

extension DataSetService {
  /// Deletes a data set for good, with its files. Unfinished uploads to it fail. A legacy data set can be deleted as
  /// well.
  ///
  /// Its record is deleted first, so no query and no upload finds it any more. The next start removes files that a
  /// crash leaves.
  package func delete(id: String, instanceID: String) async throws {
    let now = clock.now
    let (uid, stopped) = try await store.write { transaction in
      guard let record = try transaction.dataSet(id: id, instanceID: instanceID) else {
        throw CleanRoomError.unknownDataSet
      }
      let uploads = try transaction.unfinishedUploads(dataSetUID: record.uid)
      for upload in uploads { try Self.end(upload, in: transaction, at: now) }
      try transaction.remove(record)
      return (record.uid, uploads.map(\.id))
    }
    for uploadID in stopped { stopUpload(uploadID) }
    try await removeFiles(uid: uid, instanceID: instanceID)
  }

  private static func end(_ upload: UploadRecord, in transaction: WriteTransaction, at now: Date) throws {
    var upload = upload
    upload.status = .failed
    upload.message = UploadMessage.dataSetDeleted
    try transaction.update(&upload, at: now)
    try transaction.finishJob(kind: .upload, subjectID: upload.id, at: now)
  }

  /// Removes the files of data sets whose deletion was interrupted, when a server starts.
  package func finishRemovals() async throws {
    for removal in try await store.read({ try $0.removals() }) {
      try await removeFiles(uid: removal.uid, instanceID: removal.instanceID)
    }
  }

  private func removeFiles(uid: String, instanceID: String) async throws {
    // A client that disconnects must not leave half of it.
    try await Task {
      try await rows.deleteRows(ofDataSet: uid, instanceID: instanceID)
      try await store.write { try $0.delete(DataSetRemovalRecord.self, id: uid) }
    }.value
  }

  /// Removes the values of deleted columns from files.
  func removeDeletedFields(of dataSet: DataSet, instanceID: String) async throws {
    let schema = dataSet.definition.schema
    try await Task { try await rows.removeDeletedFields(of: schema, instanceID: instanceID) }.value
  }

  // MARK: Legacy data sets

  /// Registers names of data sets that were uploaded with the retired version 1. Queries on them are refused with
  /// advice, and no new data set can have such a name until it is deleted. Registered names stay.
  package func registerLegacy(_ names: [String], instanceID: String) async throws {
    let now = clock.now
    for name in names { try Self.checkLegacyName(name) }
    let records = names.map { name in
      DataSetRecord(
        instanceID: instanceID, id: name, uid: identifiers.uuid().replacing("-", with: ""), isLegacy: true,
        definition: "{}", createdAt: now)
    }
    try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw CleanRoomError.unknownInstance
      }
      var newNames: [String] = []
      for record in records {
        if let existing = try transaction.dataSet(id: record.id, instanceID: instanceID) {
          guard existing.isLegacy else { throw CleanRoomError.dataSetExists(id: record.id) }
          continue
        }
        try transaction.insert(record)
        newNames.append(record.id)
      }
      guard !newNames.isEmpty else { return }
      try transaction.audit(
        .registerLegacyDataSets, of: instanceID, accountID: instance.accountID, by: .operatorAtMachine, at: now,
        details: ["dataSets": newNames.joined(separator: ", ")])
    }
  }

  /// The names of version 1 could have more characters than present ones: capital letters, dashes and periods.
  package static func checkLegacyName(_ name: String) throws(CleanRoomError) {
    guard NameShape.accepts(name) else { throw .invalidField(name: "dataSetId", reason: NameShape.rule) }
  }
}
