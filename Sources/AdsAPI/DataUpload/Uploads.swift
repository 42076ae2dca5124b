import AdvertiserData
import Base
import CleanRoom
import Foundation
import Metadata
import Warehouse

/// Uploads to data sets: `/amc/advertiserData/{instanceId}/uploads`.
struct UploadRoutes {
  let dataSets: DataSetService
  let uploads: UploadService

  func add(to routes: Routes) {
    routes.instance("createUpload") { request in
      let dataSetID = request.path("dataSetId")
      _ = try await dataSets.dataSet(id: dataSetID, instanceID: request.instance.id)
      let order = try Self.creation(of: try await request.fields())
      let upload = try await uploads.create(order, dataSetID: dataSetID, in: request.instance)
      return try request.respond(
        object: ["status": upload.record.status.rawValue, "uploadId": upload.record.id])
    }
    routes.instance("listUploads") { request in
      let parameters = try await ListParameters(request, names: UploadListRequest.names)
      let list = try UploadListRequest(parameters, instanceID: request.instance.id)
      let page = try request.page(parameters, filters: list.tokenSubject)
      let found = try await uploads.uploads(
        list.filter, before: try page.number(first: .max), limit: page.fetchLimit)
      return try request.respond(
        object: page.list("uploads", of: found, at: { $0.record.sequence ?? 0 }, UploadResponses.details))
    }
    routes.instance("getUpload") { request in
      let upload = try await uploads.upload(
        id: request.path("uploadId"), dataSetID: request.path("dataSetId"), instanceID: request.instance.id)
      return try request.respond(object: ["upload": UploadResponses.details(upload)])
    }
  }

  // MARK: Requests. Types are checked here, their sense in `UploadService`.

  /// The body of a POST.
  private static func creation(of body: FieldReader) throws -> Upload.Order {
    var fields = body
    let strategy = try fields.requiredChoice("updateStrategy", UpdateStrategy.self)
    let compression = try fields.requiredChoice("compressionFormat", UploadCompression.self)
    let countryCode = try fields.filledString("countryCode")
    let source = try fields.requiredObject("dataSource")
    let format = try fields.requiredObject("fileFormat")
    try fields.finish()
    return Upload.Order(
      source: try self.source(source), strategy: strategy, countryCode: countryCode, compression: compression,
      format: try UploadFormatRequests.format(format))
  }

  /// The location of the files. AMC's guides spell the fields in several ways; all are accepted.
  private static func source(_ members: [String: JSONValue]) throws -> Upload.Source {
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
    let selections: [Upload.Source.Selection] = [
      file.map { .file(key: $0) }, prefix.map { .prefix($0) }, manifest.map { .manifest(key: $0) },
    ].compactMap { $0 }
    guard let selection = selections.first, selections.count == 1 else {
      throw CleanRoomError.invalidField(
        name: "dataSource", reason: "must have one of sourceFileS3Key, sourceS3Prefix and sourceManifestS3Key.")
    }
    return Upload.Source(bucket: bucket, selection: selection)
  }
}

/// The filters of a list of uploads.
struct UploadListRequest: Sendable {
  var filter: UploadFilter
  /// The filters that a page token is bound to.
  var tokenSubject: [String]

  static let names = ["dataSetId", "status", "createdAt", "createdAtComparator"]

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

  /// The statuses of the published API, and their other names in one of AMC's guides.
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

/// Responses to requests about uploads, as the published API has them.
enum UploadResponses {
  private static func metrics(_ metrics: UploadMetrics) -> [String: Int] {
    [
      "InputRowCount": metrics.inputRowCount, "OutputRowCount": metrics.outputRowCount,
      "MatchedRowCount": metrics.matchedRowCount, "DeniedRowCount": metrics.deniedRowCount,
    ]
  }

  static func details(_ upload: Upload) -> JSONObject {
    let record = upload.record
    return [
      "countryCode": upload.order.countryCode,
      "createdAt": Timestamp.text(of: record.createdAt),
      "dataSetId": record.dataSetID,
      "dataSource": source(upload.order.source),
      "instanceId": record.instanceID,
      "message": record.message,
      "metrics": upload.metrics.map(metrics) ?? [:],
      "status": record.status.rawValue,
      "updatedAt": Timestamp.text(of: record.updatedAt),
      "uploadId": record.id,
    ]
  }

  private static func source(_ source: Upload.Source) -> JSONObject {
    let bucket: JSONObject = ["sourceS3Bucket": source.bucket]
    return switch source.selection {
    case .file(let key): bucket.adding("sourceFileS3Key", key)
    case .manifest(let key): bucket.adding("sourceManifestS3Key", key)
    case .prefix(let text): bucket.adding("sourceS3Prefix", text)
    }
  }
}
