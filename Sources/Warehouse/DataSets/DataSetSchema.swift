package import Catalog

/// How long the partitions of a data set with facts are, with the names of AMC's guide "Prepare data".
package enum DataSetPeriod: String, Codable, Hashable, Sendable, CaseIterable {
  case hour = "PT1H"
  case day = "P1D"
  case month = "P1M"
}

/// The columns of a data set and how they are stored.
package struct DataSetSchema: Codable, Hashable, Sendable {
  /// Random text of hexadecimal digits, given when the data set is made: what is stored never depends on the name, so
  /// that a data set and a later one of the same name share no file.
  package let uid: String
  package let period: DataSetPeriod
  /// The country of rows for which neither the row nor the upload says one, as two letters.
  package var countryCode: String?
  package private(set) var columns: [DataSetColumn] = []
  /// The next column's field.
  private var nextFieldID = 1

  /// A data set of these columns, each of which gets its field.
  package init(
    uid: String, period: DataSetPeriod = .day, countryCode: String? = nil, columns: [DataSetColumn] = []
  ) {
    self.uid = uid
    self.period = period
    self.countryCode = countryCode
    for column in columns { append(column) }
  }

  /// The column of that name, letter case aside.
  package func column(named name: String) -> DataSetColumn? {
    index(named: name).map { columns[$0] }
  }

  /// Adds a column with a field of its own. Rows that are there already have no value in it.
  package mutating func append(_ column: DataSetColumn) {
    var column = column
    column.fieldID = nextFieldID
    nextFieldID += 1
    columns.append(column)
  }

  /// Removes a column; its field is never given to another. Returns nil where there is no such column.
  package mutating func removeColumn(named name: String) -> DataSetColumn? {
    index(named: name).map { columns.remove(at: $0) }
  }

  /// Changes a column, all but its field.
  package mutating func updateColumn(named name: String, _ change: (inout DataSetColumn) -> Void) {
    guard let index = index(named: name) else { return }
    let fieldID = columns[index].fieldID
    change(&columns[index])
    columns[index].fieldID = fieldID
  }

  private func index(named name: String) -> Int? {
    let name = name.lowercased()
    return columns.firstIndex { $0.name.lowercased() == name }
  }

  package var userColumn: DataSetColumn? { columns.first { $0.role == .mainUserID } }
  package var userTypeColumn: DataSetColumn? { columns.first { $0.role == .mainUserIDType } }
  package var eventTimeColumn: DataSetColumn? { columns.first { $0.role == .mainEventTime } }
  package var countryColumn: DataSetColumn? { columns.first { $0.role == .countryCode } }
  package var storedColumns: [DataSetColumn] { columns.filter(\.isStored) }

  /// Whether rows have a time; the others are a dimension, which is one partition.
  package var isFact: Bool { eventTimeColumn != nil }

  /// The folder of the data set's files, below the instance's own.
  package var folder: String { "dataSets/\(uid)" }

  /// The layout of the data set's files.
  package var layout: RowLayout {
    RowLayout(
      folder: folder,
      fields: storedColumns.map { RowLayout.Field(id: $0.fieldID, name: $0.name, type: $0.type) },
      userField: userColumn?.fieldID, timeField: eventTimeColumn?.fieldID)
  }

  /// The data set as queries see it.
  package func dataSource(named name: String) -> DataSource {
    let columns = storedColumns.map { UploadedColumn(name: $0.name, type: $0.type, kind: $0.kind) }
    return .uploaded(
      name: name, columns: columns, userColumn: userColumn?.name, userTypeColumn: userTypeColumn?.name,
      eventTimeColumn: eventTimeColumn?.name,
      storedRows: layout.storedRows())
  }
}
