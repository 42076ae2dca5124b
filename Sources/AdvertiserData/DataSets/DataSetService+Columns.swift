import CleanRoom
import FirstPartyData
package import Warehouse

extension DataSetService {
  /// Adds a column to a data set, and returns the data set. Existing rows have no value in it.
  package func add(_ column: DataSetColumn, to id: String, instanceID: String) async throws -> DataSet {
    try DataSetRules.check(column, path: "column.")
    return try await edit(id: id, instanceID: instanceID) { definition throws(CleanRoomError) in
      let columns = definition.schema.columns
      try Self.checkCanBeAdded(column, to: columns)
      try DataSetRules.checkFits(column, beside: columns, path: "column.")
      definition.schema.append(column)
    }
  }

  private static func checkCanBeAdded(_ column: DataSetColumn, to columns: [DataSetColumn]) throws(CleanRoomError) {
    guard columns.count < DataSetRules.columnCountLimit else {
      throw .invalidField(
        name: "column", reason: "is one too many: a data set has at most \(DataSetRules.columnCountLimit).")
    }
    switch column.role {
    case .plain, .countryCode, .consent: return
    case .mainUserID, .mainUserIDType:
      throw .invalidField(
        name: "column", reason: "can't be a main user column: make the data set anew with it.")
    case .mainEventTime:
      throw .invalidField(
        name: "column", reason: "can't be the main event time: make the data set anew with it.")
    case .identifier:
      guard columns.contains(where: { $0.role == .mainUserID }) else {
        throw .invalidField(
          name: "column",
          reason: "can't be an identifier in a data set without a main user column: make the data set anew with it.")
      }
    }
  }

  /// Changes the name or description of a column, and returns the data set.
  package func update(
    column name: String, _ change: ColumnChange, of id: String, instanceID: String
  ) async throws -> DataSet {
    if let newName = change.name { try DataSetRules.checkColumnName(newName, field: "updatedColumnName") }
    try DataSetRules.checkDescription(change.description, path: "column.")
    return try await edit(id: id, instanceID: instanceID) { definition throws(CleanRoomError) in
      guard let column = definition.schema.column(named: name) else { throw .unknownColumn }
      if let newName = change.name, let other = definition.schema.column(named: newName),
        other.fieldID != column.fieldID
      {
        throw .invalidField(name: "updatedColumnName", reason: "is the name of another column.")
      }
      definition.schema.updateColumn(named: name) { column in
        if let newName = change.name { column.name = newName }
        if let description = change.description { column.description = description }
      }
    }
  }

  /// Deletes a column with its values, and returns the data set.
  package func delete(column name: String, of id: String, instanceID: String) async throws -> DataSet {
    let dataSet = try await edit(id: id, instanceID: instanceID) { definition throws(CleanRoomError) in
      guard let column = definition.schema.column(named: name) else { throw .unknownColumn }
      switch column.role {
      case .mainEventTime, .mainUserID:
        throw .invalidField(name: "columnName", reason: "is the main event time or main user column, which stays.")
      case .plain, .mainUserIDType, .countryCode, .identifier, .consent: break
      }
      _ = definition.schema.removeColumn(named: name)
      guard !definition.schema.storedColumns.isEmpty else {
        throw .invalidField(name: "columnName", reason: "is the last column with values: delete the data set instead.")
      }
      if column.isStored { definition.deletedFieldIDs.insert(column.fieldID) }
    }
    try await removeDeletedFields(of: dataSet, instanceID: instanceID)
    return dataSet
  }
}
