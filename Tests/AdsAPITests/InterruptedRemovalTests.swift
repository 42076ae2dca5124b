import AdsAPI
import AdvertiserData
import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing
import Warehouse

@Suite(.hangLimit)
struct InterruptedRemovalTests {
  /// Rows that can't be deleted.
  private struct StuckRows: DataSetStorage {
    let rows: FakeDataSetStorage

    func load(
      _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
      validate: () async throws -> Void
    ) async throws -> UploadMetrics {
      try await rows.load(request, into: schema, of: instance, validate: validate)
    }

    func deleteRows(ofDataSet uid: String, instanceID: String) async throws { throw StorageError(.failed) }

    func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws {
      try await rows.removeDeletedFields(of: schema, instanceID: instanceID)
    }

    func remove(_ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord) async throws {
      try await rows.remove(people, from: layouts, of: instance)
    }
  }

  /// The rows of data sets are removed first when a server starts. A failure there does not keep anybody's identifiers.
  @Test func aFailedRemovalIsLoggedAndDoesNotStopOthers() async throws {
    let server = try await TestServer(configure: { dependencies, _ in
      dependencies.dataSetStorage = StuckRows(rows: FakeDataSetStorage())
    })
    let path = "/amc/advertiserData/\(Fixtures.setup.instanceID)/dataSets"
    try await server.run(.router) { client in
      let created = try await client.account(.post, path, body: DataSetBody.shops(id: "sizes"))
      #expect(created.status == 200)
      let deleted = try await client.account(.delete, "\(path)/sizes")
      #expect(deleted.status == 503, "The disk failed: the same request can succeed later.")
    }
    // Records of a request that nobody knows of any more.
    let objects = try LocalFolderStorage(root: URL(filePath: server.folder.file("objects")))
    let orphan = try ObjectKey("instances/\(Fixtures.setup.instanceID)/audienceRecords/1-orphan.csv")
    try await objects.put(Data("x".utf8), at: orphan)
    await server.components.finishInterruptedRemovals()
    #expect(try await !objects.exists(orphan))
    let lines = server.log.text.split(separator: "\n").filter { $0.contains("Leftovers were not removed.") }
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.contains("dataSets") })
  }
}
