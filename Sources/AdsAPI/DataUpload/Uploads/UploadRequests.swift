import AdvertiserData
import CleanRoom
import Foundation
import Hummingbird
import Metadata
import Warehouse

/// Reads what requests about uploads hold. Shapes and types are checked here, their sense in `UploadService`.
enum UploadRequests {
  /// The body of a POST.
  static func creation(of members: [String: JSONValue]) throws -> UploadOrder {
    var fields = FieldReader(members)
    guard let strategy = try fields.choice("updateStrategy", UpdateStrategy.self) else {
      throw RequestError.missingField("updateStrategy")
    }
    guard let compression = try fields.choice("compressionFormat", UploadCompression.self) else {
      throw RequestError.missingField("compressionFormat")
    }
    let countryCode = try fields.string("countryCode").flatMap { $0.isEmpty ? nil : $0 }
    guard let source = try fields.object("dataSource") else { throw RequestError.missingField("dataSource") }
    guard let format = try fields.object("fileFormat") else { throw RequestError.missingField("fileFormat") }
    try fields.finish()
    return UploadOrder(
      source: try self.source(source), strategy: strategy, countryCode: countryCode, compression: compression,
      format: try UploadFormatRequests.format(format))
  }

  /// Where files are. AMC's guides spell the fields in more than one way; each of them will do.
  private static func source(_ members: [String: JSONValue]) throws -> UploadSource {
    var fields = FieldReader(members, path: "dataSource.")
    func first(_ names: [String]) throws(RequestError) -> String? {
      var found: String?
      for name in names {
        guard let text = try fields.string(name) else { continue }
        guard found == nil else { throw .wrongType("dataSource.\(name)", expected: "left out beside \(names[0])") }
        found = text
      }
      return found
    }
    let bucket = try first(["sourceS3Bucket", "s3Bucket"])
    let file = try first(["sourceFileS3Key", "s3ObjectKey"])
    let prefix = try first(["sourceS3Prefix", "sourcePrefixKey", "s3PrefixKey"])
    let manifest = try first(["sourceManifestS3Key", "s3ManifestKey"])
    try fields.finish()
    guard let bucket else { throw RequestError.missingField("dataSource.sourceS3Bucket") }
    let selections: [UploadSource.Selection] = [
      file.map { .file(key: $0) }, prefix.map { .prefix($0) }, manifest.map { .manifest(key: $0) },
    ].compactMap { $0 }
    guard let selection = selections.first, selections.count == 1 else {
      throw CleanRoomError.invalidField(
        name: "dataSource", reason: "must have one of sourceFileS3Key, sourceS3Prefix and sourceManifestS3Key.")
    }
    return UploadSource(bucket: bucket, selection: selection)
  }
}

/// The filters of a list of uploads.
struct UploadListRequest: Sendable {
  var filter: UploadFilter
  /// What a page token is bound to besides the instance.
  var tokenSubject: [String]

  static let names = ["nextToken", "maxResults", "dataSetId", "status", "createdAt", "createdAtComparator"]

  init(_ parameters: ListParameters, instanceID: String) throws(RequestError) {
    filter = UploadFilter(instanceID: instanceID)
    filter.dataSetID = try parameters.string("dataSetId")
    filter.status = try Self.status(parameters)
    filter.createdAt = try Self.creation(parameters)
    tokenSubject = [
      filter.dataSetID ?? "", filter.status?.rawValue ?? "", filter.createdAt?.comparator.rawValue ?? "",
      "\(filter.createdAt?.time.timeIntervalSince1970 ?? 0)",
    ]
  }

  /// The statuses of the published API, and those that one of AMC's guides has instead.
  private static func status(_ parameters: ListParameters) throws(RequestError) -> UploadRecord.Status? {
    guard let text = try parameters.string("status") else { return nil }
    if let status = UploadRecord.Status(rawValue: text) { return status }
    switch text {
    case "PENDING": return .submitted
    case "RUNNING": return .inProgress
    case "COMPLETED": return .success
    default:
      let known = UploadRecord.Status.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidQueryParameter("status", reason: "must be one of \(known).")
    }
  }

  private static func creation(
    _ parameters: ListParameters
  ) throws(RequestError) -> (comparator: UploadFilter.Comparator, time: Date)? {
    let comparator = try parameters.string("createdAtComparator")
    guard let text = try parameters.string("createdAt") else {
      guard comparator == nil else {
        throw .invalidQueryParameter("createdAtComparator", reason: "needs createdAt beside it.")
      }
      return nil
    }
    guard let time = Timestamp.date(utc: text) else {
      throw .invalidQueryParameter("createdAt", reason: "must be a time such as 2025-05-20T00:00:00Z.")
    }
    guard let comparator else { return (.equal, time) }
    guard let known = UploadFilter.Comparator(rawValue: comparator) else {
      let names = UploadFilter.Comparator.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidQueryParameter("createdAtComparator", reason: "must be one of \(names).")
    }
    return (known, time)
  }
}
