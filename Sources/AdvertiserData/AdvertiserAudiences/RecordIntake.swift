import Foundation
import ObjectStorage

/// Receives the records of one request, batch by batch, and writes the valid ones to a staged file. It keeps a buffer
/// and the problems of invalid records in memory, however many records there are.
package final class RecordIntake {
  /// The number of bytes that are collected before they are written.
  private static let bufferByteCount = 256 * 1024

  let target: RecordTarget
  private let check: RecordCheck
  private let file: StagedFile
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private(set) var receivedCount = 0
  private(set) var invalidRecords: [InvalidRecord] = []

  var validCount: Int { receivedCount - invalidRecords.count }

  init(target: RecordTarget, check: RecordCheck, file: StagedFile) throws {
    self.target = target
    self.check = check
    self.file = file
    guard FileManager.default.createFile(atPath: file.url.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw StorageError(.failed) }
    handle = try FileHandle(forWritingTo: file.url)
  }

  /// Adds the next records of the request.
  package func add(_ records: [AudienceRecordInput]) throws {
    for record in records {
      if let error = check.write(record, index: receivedCount, to: &buffer) {
        reject(error, externalID: record.externalUserId)
      }
      receivedCount += 1
    }
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Adds a record that is no object with values of the published types.
  package func addUnreadable() {
    reject("The record has a field of another type than the published one.", externalID: nil)
    receivedCount += 1
  }

  private func reject(_ error: String, externalID: String?) {
    invalidRecords.append(
      InvalidRecord(error: error, externalId: externalID.flatMap { RecordCheck.isExternalID($0) ? $0 : nil }))
  }

  private func flush() throws {
    try handle.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// The file with all valid records.
  func finished() throws -> StagedFile {
    try flush()
    try handle.close()
    return file
  }
}
