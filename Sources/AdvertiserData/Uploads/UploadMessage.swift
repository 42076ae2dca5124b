import CleanRoom
import Foundation
import Warehouse

/// The reason of an upload's failure, or a remark on one that succeeded, for its owner. It contains names of files and
/// columns, never values.
enum UploadMessage {
  static let dataSetDeleted = "data_set_deleted: The data set was deleted."
  static let internalFailure = "internal: The server could not finish the upload. Upload again."

  /// The remark on an upload whose number of matches the privacy budget does not allow to tell.
  static func matchesUntold(_ refusal: BudgetRefusal) -> String {
    "\(refusal.message) MatchedRowCount is 0 therefore; the rows are in the data set."
  }

  static func engineFailure(_ error: EngineError) -> String { "\(error.code.rawValue): \(error.message)" }
}

/// The reason why the files of an upload can't be fetched.
struct UploadSourceProblem: Error, Hashable {
  /// The stable name of a problem.
  enum Code: String, CaseIterable {
    /// There is no such bucket.
    case noBucket = "source_no_bucket"
    /// There is no such object, or none below the prefix.
    case notFound = "source_not_found"
    /// The bucket does not grant enough, or nothing says that it belongs to this instance.
    case denied = "source_denied"
    /// The manifest is not a list of files.
    case invalidManifest = "source_invalid_manifest"
    /// More files, or larger ones, than an upload may have.
    case tooLarge = "source_too_large"
    /// The local disk has no room for the files.
    case noRoom = "source_no_room"
    /// The instance stores as much as it may.
    case quotaExceeded = "quota_exceeded"
    /// An object was replaced while it was read.
    case changed = "source_changed"
    case unreachable = "source_unreachable"
  }

  let code: Code
  /// One sentence or two.
  let text: String

  init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }

  var message: String { "\(code.rawValue): \(text)" }
}
