package import Base
package import Catalog
import CleanRoom
package import Queries

/// A requested execution. Its types are correct; `ExecutionService` checks its meaning.
package struct ExecutionDraft: Sendable, Hashable {
  /// The default time limit of an execution, in seconds: six hours.
  package static let defaultTimeoutSeconds = 21_600
  /// The possible time limits of an execution, in seconds.
  package static let timeoutRange = 900...86_400
  /// The largest number of advertisers in a request.
  package static let advertiserCountLimit = 2000

  /// The origin of the query.
  package enum Source: Sendable, Hashable {
    case saved(workflowID: String)
    case adHoc(WorkflowDefinition)
  }

  package var source: Source
  package var window: ExecutionWindow
  package var parameterValues: JSONValue = .object([:])
  /// Whether the query is checked only.
  package var isDryRun = false
  /// Whether the query runs and leaves no result.
  package var skipsPublish = false
  package var timeoutSeconds: Int?
  /// The advertisers whose signals are read; nil for all.
  package var advertisers: [AdvertiserIdentifier]?
  /// Whether the client requires that all signals are synthetic.
  package var requiresSyntheticData = false
  /// Whether rows of single users may be shown; only for synthetic signals.
  package var disablesAggregationControls = false

  package init(_ source: Source, window: ExecutionWindow) {
    self.source = source
    self.window = window
  }
}

/// The requirement that all signals are synthetic, and the settings that depend on it.
///
/// Source: AMC's guide "AMC sandbox", parameters to enable access to synthetic data.
enum SyntheticDataRule {
  /// The reason of an execution in a sandbox that came to be without the requirement, from a schedule of an earlier
  /// release.
  static let missingPromise =
    "The query could not be compiled: this instance has synthetic data only, and requireSyntheticData is not true."

  /// Checks that an instance of the kind can have an execution or schedule with these settings.
  ///
  /// AMC accepts an execution of a sandbox without the requirement and fails it later. Here it is refused at once, so
  /// that nobody polls for the reason.
  static func check(
    requiresSyntheticData: Bool, disablesAggregationControls: Bool, isSandbox: Bool
  ) throws(CleanRoomError) {
    if !requiresSyntheticData, isSandbox {
      throw .invalidField(
        name: "requireSyntheticData", reason: "must be true: this instance is a sandbox and has synthetic data only.")
    }
    if requiresSyntheticData, !isSandbox {
      throw .invalidField(name: "requireSyntheticData", reason: "can be true only for sandbox instances.")
    }
    if disablesAggregationControls, !isSandbox {
      throw .invalidField(
        name: "disableAggregationControls",
        reason: "can be true only for sandbox instances, and together with requireSyntheticData.")
    }
  }
}
