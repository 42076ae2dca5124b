import Base
import CleanRoom
import Foundation
import ObjectStorage

/// The kept answers to the questions of instances in noise mode: `instances/ID/answers/FINGERPRINT/…`.
///
/// The same question is answered again by the same file, and never computed again under the same noise: two runs over
/// the same data need not give the same figures (sums of decimals and ties follow the engine's threads), and the
/// difference of two answers with the same noise would show theirs without any. So the first answer is kept before
/// anybody sees it, and a run that comes second at the same time gives that one away for its own.
struct NoiseAnswers: Sendable {
  private let objects: any ObjectStorage
  private let folder: ObjectKey

  /// The answer to one question.
  init(_ question: NoiseQuestion, instanceID: String, objects: any ObjectStorage) throws(StorageError) {
    self.objects = objects
    folder = try ObjectKey(
      InstanceFolders.answer(fingerprint: Hexadecimal.text(of: question.fingerprint), instanceID: instanceID))
  }

  /// The object that makes an answer count. It is written once.
  private struct Marker: Codable {
    var file: String
    var rowCount: Int
  }

  private func marker() throws(StorageError) -> ObjectKey { try folder.appending("answer.json") }

  /// Runs a query unless its answer is kept, and leaves the answer that counts in a file of the area.
  ///
  /// - Returns: The number of rows.
  func answer(in file: StagedFile, run: () async throws -> Int) async throws -> Int {
    if let count = try await fetch(into: file) { return count }
    let marker = Marker(file: "\(RandomIdentifierGenerator.uuid()).parquet", rowCount: try await run())
    let copy = try file.area.file("answer.parquet")
    try await BlockingWork.run { try FileManager.default.copyItem(at: file.url, to: copy.url) }
    let key = try folder.appending(marker.file)
    try await objects.publish(copy, as: key)
    if try await objects.putIfAbsent(try JSONEncoder().encode(marker), at: try self.marker()) { return marker.rowCount }
    try await objects.delete(key)
    guard let count = try await fetch(into: file) else { throw StorageError(.conflict) }
    return count
  }

  /// Copies the kept answer; nil if there is none.
  private func fetch(into file: StagedFile) async throws -> Int? {
    guard let object = try await objects.versioned(try marker()) else { return nil }
    let marker = try JSONDecoder().decode(Marker.self, from: object.data)
    let location = try await objects.engineLocation(of: try folder.appending(marker.file))
    try await BlockingWork.run { [path = location.path] in
      try? FileManager.default.removeItem(at: file.url)
      try FileManager.default.copyItem(at: URL(filePath: path), to: file.url)
    }
    return withExtendedLifetime(location) { marker.rowCount }
  }
}
