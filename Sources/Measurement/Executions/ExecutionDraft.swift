package import Base
import CleanRoom
package import Queries
package import Catalog

/// What a client asks an execution to be. Its types are right; whether it makes sense is checked by `ExecutionService`.
package struct ExecutionDraft: Sendable, Hashable {
  /// How long an execution may take, in seconds, when the request says nothing: six hours.
  package static let defaultTimeoutSeconds = 21_600
  /// How long an execution may be allowed to take, in seconds.
  package static let timeoutRange = 900...86_400
  /// How many advertisers a request may name.
  package static let advertiserCountLimit = 2000

  /// Where the query comes from.
  package enum Source: Sendable, Hashable {
    case saved(workflowID: String)
    case adHoc(WorkflowDefinition)
  }

  package var source: Source
  package var window: ExecutionWindow
  package var parameterValues: JSONValue = .object([:])
  /// Whether the query is only checked.
  package var isDryRun = false
  /// Whether the query runs and leaves no result.
  package var skipsPublish = false
  package var timeoutSeconds: Int?
  /// The advertisers whose signals are read; nil for all.
  package var advertisers: [AdvertiserIdentifier]?
  /// Whether the client insists that all signals are synthetic.
  package var requiresSyntheticData = false
  /// Whether rows of single users may be shown; only for synthetic signals.
  package var disablesAggregationControls = false

  package init(_ source: Source, window: ExecutionWindow) {
    self.source = source
    self.window = window
  }
}

/// The promise that all signals are synthetic, and what it allows.
///
/// Source: AMC's guide "AMC sandbox", parameters to enable access to synthetic data.
enum SyntheticDataRule {
  /// What an execution in a sandbox says that did not make the promise.
  static let missingPromise =
    "The query could not be compiled: this instance has synthetic data only, and requireSyntheticData is not true."

  /// Throws where an instance of that kind cannot have an execution or schedule with these settings.
  static func check(
    requiresSyntheticData: Bool, disablesAggregationControls: Bool, isSandbox: Bool
  ) throws(CleanRoomError) {
    if requiresSyntheticData, !isSandbox {
      throw .invalidField(name: "requireSyntheticData", reason: "can be true only for sandbox instances.")
    }
    if disablesAggregationControls, !isSandbox || !requiresSyntheticData {
      throw .invalidField(
        name: "disableAggregationControls",
        reason: "can be true only for sandbox instances, and together with requireSyntheticData.")
    }
  }
}
