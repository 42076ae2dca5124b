package import AMCSQL
package import CleanRoom

extension CleanRoomError {
  package static let unknownDataSource = CleanRoomError(
    "unknown_data_source", .notFound, "There is no such data source in the instance.")

  /// The query of a report or workflow is refused. The refusal has the position and the reason of each error.
  package static func queryRefused(_ refusal: QueryRefusal) -> CleanRoomError {
    let errors = refusal.diagnostics.filter { $0.severity == .error }.map { StatusReason.located($0) }
    return CleanRoomError(
      "query_refused", .invalid, "The query was refused at " + errors.joined(separator: "\nand at "), refusal: refusal)
  }

  /// The columns of a query are not those that its workflow declares; `reason` is the whole sentence.
  package static func outputColumnsMismatch(reason: String) -> CleanRoomError {
    CleanRoomError("output_columns_mismatch", .invalid, reason)
  }
}
