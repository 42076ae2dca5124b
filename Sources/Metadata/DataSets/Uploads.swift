package import struct Foundation.Date
import GRDB

/// An upload of files to a data set.
package struct UploadRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "dataUpload"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, instanceID, dataSetID, dataSetUID, request, status, message, metrics, createdAt, updatedAt
  }

  /// The state of an upload, with the published API's names.
  package enum Status: String, StoredChoice {
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    case success = "SUCCESS"
    case failed = "FAILED"

    package var isFinal: Bool { self == .success || self == .failed }
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  /// The name of the data set at that time.
  package var dataSetID: String
  /// The folder of the data set: a later one of the same name is another data set.
  package var dataSetUID: String
  /// The request, as a JSON object.
  package var request: String
  package var status: Status = .submitted
  /// The problem; safe to show.
  package var message: String?
  /// Numbers of rows by their names, as a JSON object.
  package var metrics = "{}"
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, instanceID: String, dataSetID: String, dataSetUID: String, request: String, createdAt: Date
  ) {
    (self.id, self.instanceID) = (id, instanceID)
    (self.dataSetID, self.dataSetUID, self.request) = (dataSetID, dataSetUID, request)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

/// A filter of a list of uploads.
package struct UploadFilter: Sendable, Hashable {
  /// A comparison of times of creation, with the published API's names.
  package enum Comparator: String, Sendable, Hashable, CaseIterable {
    case equal = "EQ"
    case greater = "GT"
    case greaterOrEqual = "GTE"
    case less = "LT"
    case lessOrEqual = "LTE"
  }

  package var instanceID: String
  package var dataSetID: String?
  package var status: UploadRecord.Status?
  /// Whole seconds: all of a second counts as that second.
  package var createdAt: (comparator: Comparator, time: Date)? {
    get { comparator.flatMap { comparator in time.map { (comparator, $0) } } }
    set { (comparator, time) = (newValue?.comparator, newValue?.time) }
  }

  private var comparator: Comparator?
  private var time: Date?

  package init(instanceID: String) {
    self.instanceID = instanceID
  }

  /// The uploads that match.
  fileprivate var request: QueryInterfaceRequest<UploadRecord> {
    var request = UploadRecord.filter { $0.instanceID == instanceID }
    if let dataSetID { request = request.filter { $0.dataSetID == dataSetID } }
    if let status { request = request.filter { $0.status == status } }
    guard let createdAt else { return request }
    let second = createdAt.time.databaseMilliseconds / 1000
    return request.filter {
      switch createdAt.comparator {
      case .equal: $0.createdAt / 1000 == second
      case .greater: $0.createdAt / 1000 > second
      case .greaterOrEqual: $0.createdAt / 1000 >= second
      case .less: $0.createdAt / 1000 < second
      case .lessOrEqual: $0.createdAt / 1000 <= second
      }
    }
  }
}

extension MetadataReading {
  /// Matching uploads, the latest first, from before `sequence`, at most `limit`.
  package func uploads(_ filter: UploadFilter, before sequence: Int64, limit: Int) throws -> [UploadRecord] {
    try filter.request.filter { $0.sequence < sequence }.order { $0.sequence.desc }.limit(limit).fetchAll(database)
  }

  /// The uploads to a data set that are waiting or running, oldest first.
  package func unfinishedUploads(dataSetUID: String) throws -> [UploadRecord] {
    let unfinished: [UploadRecord.Status] = [.submitted, .inProgress]
    return try UploadRecord.filter { $0.dataSetUID == dataSetUID && unfinished.contains($0.status) }
      .order { $0.sequence }.fetchAll(database)
  }
}
