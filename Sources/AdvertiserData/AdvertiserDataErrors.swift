package import CleanRoom

// MARK: Data sets and uploads

extension CleanRoomError {
  package static let unknownDataSet = CleanRoomError(
    "unknown_data_set", .notFound, "There is no such data set in the instance.")
  package static let unknownColumn = CleanRoomError(
    "unknown_column", .notFound, "There is no such column in the data set.")
  package static let unknownUpload = CleanRoomError(
    "unknown_upload", .notFound, "There is no such upload to the data set.")
  package static let unknownUserDeletion = CleanRoomError(
    "unknown_user_deletion", .notFound, "There is no such user deletion request in the instance.")
  /// The strategy replaces or keeps periods, and the data set has none.
  package static let strategyNeedsFact = CleanRoomError(
    "strategy_needs_fact", .invalid, "The update strategy needs a data set with a main event time.")

  /// The id is the client's own.
  package static func dataSetExists(id: String) -> CleanRoomError {
    CleanRoomError("data_set_exists", .invalid, "Data set with ID \(id) already exists.")
  }

  package static func tooManyDataSets(limit: Int) -> CleanRoomError {
    CleanRoomError("too_many_data_sets", .invalid, "The instance has \(limit) data sets; delete one first.")
  }

  /// The data set was uploaded with the retired version 1. The id is the client's own.
  package static func legacyDataSet(id: String) -> CleanRoomError {
    CleanRoomError(
      "legacy_data_set", .invalid,
      "Data set \(id) was uploaded with version 1 of the API: delete it, and upload its data again "
        + "to one of another name."
    )
  }
}

// MARK: Audiences whose members clients send

extension CleanRoomError {
  /// The client has not accepted the terms for uploading data.
  package static let termsNotAccepted = CleanRoomError(
    "terms_not_accepted", .unauthorized,
    "The client has not accepted the terms of bringing data: fetch them from /amc/audiences/connections/terms, and "
      + "send the agreement token back with PATCH.")
  package static let unknownConnection = CleanRoomError(
    "unknown_connection", .notFound, "There is no such connection.")
  package static let connectionExists = CleanRoomError(
    "connection_exists", .invalid, "The client has a connection of that id already.")
  /// Records name no connection, and the client has no default one.
  package static let noDefaultConnection = CleanRoomError(
    "no_default_connection", .invalid, "The request names no connection, and the client has none to stand in.")
  package static let unknownStreamedAudience = CleanRoomError(
    "unknown_audience", .notFound, "There is no such audience.")
  package static let unknownRecordJob = CleanRoomError("unknown_record_job", .notFound, "There is no such job.")

  /// The client has the maximum number of connections already.
  package static func tooManyConnections(limit: Int) -> CleanRoomError {
    CleanRoomError(
      "too_many_connections", .invalid, "A client may have at most \(limit) connections; delete one that is not used.")
  }
}
