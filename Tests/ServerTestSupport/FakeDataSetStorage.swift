package import AdvertiserData
import CleanRoom
import Foundation
package import Metadata
import Synchronization
package import Warehouse

/// Rows of data sets without an engine: notes what it is asked for, and has a metric for each line of a file.
package final class FakeDataSetStorage: DataSetStorage {
  /// What was asked for.
  package struct Calls: Sendable {
    package var loaded: [UploadRequest] = []
    /// What the files held, by their names.
    package var texts: [String: String] = [:]
    package var deletedUIDs: [String] = []
    /// The fields that were kept.
    package var rewritten: [[Int]] = []
    package var removedPeople: [[PersonIdentity]] = []
  }

  private let state = Mutex(Calls())
  private let whileLoading: @Sendable () async throws -> Void

  /// - Parameter whileLoading: Runs in each load, before its rows count.
  package init(whileLoading: @escaping @Sendable () async throws -> Void = {}) {
    self.whileLoading = whileLoading
  }

  package var calls: Calls { state.withLock { $0 } }

  package func load(
    _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
    validate: () async throws -> Void
  ) async throws -> UploadMetrics {
    var texts: [String: String] = [:]
    for file in request.files { texts[file.displayName] = try String(contentsOf: file.url, encoding: .utf8) }
    try await whileLoading()
    try await validate()
    state.withLock { state in
      state.loaded.append(request)
      state.texts.merge(texts) { $1 }
    }
    let count = texts.values.reduce(0) { $0 + $1.split(separator: "\n").count }
    return UploadMetrics(inputRowCount: count, outputRowCount: count, matchedRowCount: 0, deniedRowCount: 0)
  }

  package func deleteRows(ofDataSet uid: String, instanceID: String) async throws {
    state.withLock { $0.deletedUIDs.append(uid) }
  }

  package func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws {
    state.withLock { $0.rewritten.append(schema.layout.fields.map(\.id)) }
  }

  package func remove(
    _ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord
  ) async throws {
    state.withLock { $0.removedPeople.append(people) }
  }
}
