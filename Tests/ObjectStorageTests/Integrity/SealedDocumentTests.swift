import Foundation
import S3TestSupport
import Testing

@testable import ObjectStorage

/// A sealed document is the one that was written, for the folder that it was written for.
@Suite struct SealedDocumentTests {
  private struct Content: Codable, Equatable {
    var names = ["a\",\"seal\":{", "b/c"]
    var count = 12
    var at = Date(timeIntervalSince1970: 1_700_000_000.25)
  }

  private let folder: ObjectKey
  private let key: ObjectKey

  init() throws {
    folder = try ObjectKey("instances/shop/signals/clicks")
    key = try folder.appending("manifest.json")
  }

  private func fault(of data: Data, in folder: ObjectKey) -> ObjectDamage.Fault? {
    do throws(StorageError) {
      let (_, isSealed) = try SealedDocument.value(Content.self, in: data, folder: folder, key: key)
      return isSealed ? nil : .malformed
    } catch {
      return error.damage?.fault
    }
  }

  @Test func documentsCanBeReadAgainAndAreJSON() throws {
    let data = try SealedDocument.data(of: Content(), folder: folder)
    let (value, isSealed) = try SealedDocument.value(Content.self, in: data, folder: folder, key: key)
    #expect(value == Content() && isSealed)
    #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
    #expect(try SealedDocument.data(of: Content(), folder: folder) == data)
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let data = try SealedDocument.data(of: Content(), folder: folder)
    for index in data.indices {
      for bit in 0..<8 {
        var damaged = data
        damaged[index] ^= 1 << bit
        #expect(fault(of: damaged, in: folder) != nil, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    let data = try SealedDocument.data(of: Content(), folder: folder)
    for count in 0..<data.count { #expect(fault(of: data.prefix(count), in: folder) != nil, "\(count) bytes") }
  }

  @Test func theDocumentOfAnotherFolderIsForeign() throws {
    let data = try SealedDocument.data(of: Content(), folder: try ObjectKey("instances/other/signals/clicks"))
    #expect(fault(of: data, in: folder) == .foreign)
  }
}

/// The files of results and members have checksums of their own.
@Suite struct OutputFolderTests {
  @Test(arguments: StorageKind.allCases)
  func filesAreCheckedAsTheyAreRead(_ kind: StorageKind) async throws {
    let test = try await AnyTestStorage(kind)
    let prefix = try ObjectKey("instances/shop/audiences/a/attempt-1")
    let folder = OutputFolder(prefix, in: test.storage)
    let file = try await test.storage.stage().file("members.parquet")
    try await file.write(Data("members".utf8))
    try await folder.finish(["members.parquet": try await folder.publish(file, as: "members.parquet")])
    let location = try await folder.location(of: "members.parquet", subject: "members")
    #expect(try Data(contentsOf: location.fileURL) == Data("members".utf8))

    let key = try prefix.appending("members.parquet")
    try await test.storage.put(Data("Members".utf8), at: key)
    let error = await #expect(throws: StorageError.self) {
      try await OutputFolder.location(of: key, subject: "members", in: test.storage)
    }
    #expect(error?.damage == ObjectDamage(.content, of: key, subject: "members"))
    try await test.storage.put(Data("{}".utf8), at: prefix.appending(OutputFolder.checksumsName))
    let broken = await #expect(throws: StorageError.self) {
      try await folder.location(of: "members.parquet", subject: "members")
    }
    #expect(broken?.damage?.fault == .malformed)
  }

  @Test func filesOfEarlierReleasesHaveNoChecksums() async throws {
    let test = try TemporaryStorage()
    let prefix = try ObjectKey("instances/shop/executions/e/attempt-1")
    try await test.storage.put(Data("a,b\n".utf8), at: prefix.appending("result.csv"))
    let folder = OutputFolder(prefix, in: test.storage)
    #expect(try Data(contentsOf: await folder.location(of: "result.csv", subject: "r").fileURL) == Data("a,b\n".utf8))
    await #expect(throws: StorageError(.notFound)) { try await folder.location(of: "other.csv", subject: "r") }
  }
}
