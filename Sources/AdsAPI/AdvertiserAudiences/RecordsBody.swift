import AdvertiserData
import Base
import CleanRoom
import Foundation
import Hummingbird
import NIOPosix
import ObjectStorage

/// The body of a request with records. A large one waits in a file, so memory does not grow with it.
struct RecordsBody: Sendable {
  /// The bytes of a record with all its fields: nine identifiers of at most 64 characters with their names, an id of
  /// 128, and consent strings of both frameworks, which take the larger part.
  static let recordByteCount = 3 * 1024
  /// The largest size of a body: that of the largest number of records, each with all its fields.
  static let sizeLimit = AudienceRecordService.recordCount.upperBound * recordByteCount
  /// The largest number of bytes that are kept in memory.
  static let memoryLimit = 256 * 1024
  /// The number of records that are decoded at a time.
  static let batchCount = 256

  private let data: Data
  private let offsets: RecordOffsets
  /// Keeps the file alive.
  private let area: StagingArea

  /// Reads the body of a request, within limits, to its end.
  init(of request: Request, area: StagingArea) async throws {
    self.area = area
    data = try await BodySpool(file: try area.file("body.json")).data(of: request)
    offsets = try RecordOffsets(data, elementLimit: AudienceRecordService.recordCount.upperBound)
  }

  /// The request without its records.
  func address() throws -> RecordAddress {
    var fields = FieldReader(try members())
    guard offsets.array != nil else {
      throw fields.value("records") == nil
        ? RequestError.missingField("records") : .wrongType("records", expected: "an array")
    }
    _ = fields.value("records")
    guard let audienceID = try fields.integer("audienceId") else { throw RequestError.missingField("audienceId") }
    var target = FieldReader(try fields.object("targetResource") ?? [:], path: "targetResource.")
    try fields.finish()
    let connectionID = try target.filledString("connectionId")
    let types = try target.strings("targetTypes")?.map { text throws(RequestError) in
      guard let type = RecordAddress.TargetType(rawValue: text) else {
        throw RequestError.wrongType("targetResource.targetTypes", expected: "an array with DSP, or empty")
      }
      return type
    }
    try target.finish()
    return RecordAddress(audienceID: Int64(audienceID), connectionID: connectionID, targetTypes: types)
  }

  /// Hands over the records, a few at a time. A record without the published types is invalid. Text that is no JSON is
  /// the request's fault.
  func read(into intake: RecordIntake) throws {
    let decoder = JSONDecoder()
    var rest = offsets.elements[...]
    while let first = rest.first {
      let batch = rest.prefix(Self.batchCount)
      rest = rest.dropFirst(batch.count)
      let end = batch.last?.upperBound ?? first.upperBound
      do {
        try intake.add(
          try decoder.decode(
            [AudienceRecordInput].self, from: Data("[".utf8) + data[first.lowerBound..<end] + Data("]".utf8)))
      } catch is DecodingError {
        for element in batch { try readAlone(data[element], decoder, into: intake) }
      }
    }
  }

  private func readAlone(_ text: Data, _ decoder: JSONDecoder, into intake: RecordIntake) throws {
    do {
      try intake.add([try decoder.decode(AudienceRecordInput.self, from: text)])
    } catch DecodingError.dataCorrupted {
      throw RequestError.bodyNotJSON
    } catch is DecodingError {
      intake.addUnreadable()
    }
  }

  /// The members of the body, with an empty array instead of the records.
  private func members() throws(RequestError) -> [String: JSONValue] {
    var text = data
    if let array = offsets.array {
      guard data.count - array.count <= BodyReader.sizeLimit else { throw .bodyTooLarge(limit: Self.sizeLimit) }
      text = data[..<array.lowerBound] + Data("[]".utf8) + data[array.upperBound...]
    } else if data.count > BodyReader.sizeLimit {
      throw .bodyTooLarge(limit: BodyReader.sizeLimit)
    }
    return try BodyReader.members(of: text)
  }
}

/// Collects a body in memory, and in a file as soon as it becomes large. Waiting for the disk happens on separate
/// threads, so the threads that tasks share stay free for other requests.
struct BodySpool {
  let file: StagedFile

  /// All bytes of the body.
  ///
  /// - Throws: `RequestError.bodyTooLarge`, `RequestError.bodyUnreadable`; `StorageError` if there is no file.
  func data(of request: Request) async throws -> Data {
    let limit = RecordsBody.sizeLimit
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw RequestError.bodyTooLarge(limit: limit)
    }
    var buffer = Data()
    var handle: FileHandle?
    var count = 0
    var chunks = request.body.makeAsyncIterator()
    while let chunk = try await BodyReader.next(&chunks) {
      count += chunk.readableBytes
      guard count <= limit else { throw RequestError.bodyTooLarge(limit: limit) }
      buffer.append(contentsOf: chunk.readableBytesView)
      guard buffer.count > RecordsBody.memoryLimit else { continue }
      handle = try await write(buffer, to: handle)
      buffer.removeAll()
    }
    guard let handle else { return buffer }
    return try await finish(buffer, handle)
  }

  /// Appends to the file, which is made first if there is none.
  private func write(_ bytes: Data, to handle: FileHandle?) async throws -> FileHandle {
    let path = file.url.path(percentEncoded: false)
    return try await NIOThreadPool.singleton.runIfActive {
      let open = try handle ?? Self.create(path)
      try open.write(contentsOf: bytes)
      return open
    }
  }

  private func finish(_ bytes: Data, _ handle: FileHandle) async throws -> Data {
    let url = file.url
    return try await NIOThreadPool.singleton.runIfActive {
      try handle.write(contentsOf: bytes)
      try handle.close()
      return try Data(contentsOf: url, options: .alwaysMapped)
    }
  }

  /// A file that only the server itself can read.
  private static func create(_ path: String) throws(StorageError) -> FileHandle {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(.failed) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
