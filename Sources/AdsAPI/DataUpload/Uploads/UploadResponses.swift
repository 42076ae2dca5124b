import AdvertiserData
import CleanRoom
import Metadata
import Warehouse

/// What requests about uploads are answered with, as the published API has it.
enum UploadResponses {
  struct Creation: Encodable {
    let status: String
    let uploadId: String

    init(_ upload: Upload) {
      status = upload.record.status.rawValue
      uploadId = upload.record.id
    }
  }

  struct Single: Encodable {
    let upload: Details
  }

  struct List: Encodable {
    let nextToken: String?
    let uploads: [Details]
  }

  struct Details: Encodable {
    let countryCode: String?
    let createdAt: String
    let dataSetId: String
    let dataSource: Source
    let instanceId: String
    let message: String?
    let metrics: [String: Int]
    let status: String
    let updatedAt: String
    let uploadId: String

    init(_ upload: Upload) {
      let record = upload.record
      countryCode = upload.order.countryCode
      createdAt = Timestamp.text(of: record.createdAt)
      dataSetId = record.dataSetID
      dataSource = Source(upload.order.source)
      instanceId = record.instanceID
      message = record.message
      metrics = upload.metrics.map(Self.metrics) ?? [:]
      status = record.status.rawValue
      updatedAt = Timestamp.text(of: record.updatedAt)
      uploadId = record.id
    }

    private static func metrics(_ metrics: UploadMetrics) -> [String: Int] {
      [
        "InputRowCount": metrics.inputRowCount, "OutputRowCount": metrics.outputRowCount,
        "MatchedRowCount": metrics.matchedRowCount, "DeniedRowCount": metrics.deniedRowCount,
      ]
    }
  }

  struct Source: Encodable {
    let sourceFileS3Key: String?
    let sourceManifestS3Key: String?
    let sourceS3Bucket: String
    let sourceS3Prefix: String?

    init(_ source: UploadSource) {
      sourceS3Bucket = source.bucket
      var file: String?
      var manifest: String?
      var prefix: String?
      switch source.selection {
      case .file(let key): file = key
      case .manifest(let key): manifest = key
      case .prefix(let text): prefix = text
      }
      (sourceFileS3Key, sourceManifestS3Key, sourceS3Prefix) = (file, manifest, prefix)
    }
  }
}
