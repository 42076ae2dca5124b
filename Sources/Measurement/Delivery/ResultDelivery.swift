package import Base
import CleanRoom
package import Queries
package import struct Foundation.Date

/// A result on its way to the customer's bucket.
package struct DeliverableResult: Sendable, Hashable {
  /// The cadence in the path of what is delivered.
  package enum Cadence: String, Sendable, Hashable {
    case daily
    case weekly
    case adhoc
  }

  package var instanceID: String
  package var executionID: String
  package var workflowID: String
  package var cadence: Cadence
  /// When the execution was created; its day is part of the files' names.
  package var createdAt: Date
  package var result: ReportResult
  /// What the metadata file says, as JSON.
  package var metadata: JSONValue

  package init(
    instanceID: String, executionID: String, workflowID: String, cadence: Cadence, createdAt: Date,
    result: ReportResult, metadata: JSONValue
  ) {
    self.instanceID = instanceID
    self.executionID = executionID
    self.workflowID = workflowID
    self.cadence = cadence
    self.createdAt = createdAt
    self.result = result
    self.metadata = metadata
  }
}

/// What became of a delivery; it is shown as the status of the output channel PUBLISH.
package enum DeliveryOutcome: Sendable, Hashable {
  /// The files stand under this URI, a folder.
  case available(uri: String)
  /// The instance has no bucket.
  case unavailable(reason: String)
  /// The bucket did not take the files; the result stays downloadable.
  case failed(reason: String)
}

/// Brings results into the bucket of an instance. Doing it twice has the effect of once.
package protocol ResultDelivery: Sendable {
  func deliver(_ result: DeliverableResult) async throws -> DeliveryOutcome
}
