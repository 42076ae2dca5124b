package import Base
import CleanRoom
package import struct Foundation.Date
package import Queries

/// A result to be delivered to the customer's bucket.
package struct DeliverableResult: Sendable, Hashable {
  /// The cadence in the path of the files.
  package enum Cadence: String, Sendable, Hashable {
    case daily
    case weekly
    case adhoc
  }

  package var instanceID: String
  package var executionID: String
  package var workflowID: String
  package var cadence: Cadence
  /// The time of the execution's creation; its day is part of the files' names.
  package var createdAt: Date
  package var result: ReportResult
  /// The content of the metadata file, as JSON.
  package var metadata: JSONValue
}

/// The outcome of a delivery, shown as the status of the output channel PUBLISH.
package enum DeliveryOutcome: Sendable, Hashable {
  /// The files are under this URI, a folder.
  case available(uri: String)
  /// The instance has no bucket.
  case unavailable(reason: String)
  /// The bucket refused the files. The result can still be downloaded.
  case failed(reason: String)
}

/// Delivers results to the bucket of an instance. Repeating a delivery has the effect of once.
package protocol ResultDelivery: Sendable {
  func deliver(_ result: DeliverableResult) async throws -> DeliveryOutcome
}
