package import Warehouse

/// A requested data set.
package struct DataSetDraft: Sendable, Hashable {
  package var id: String
  package var description: String?
  /// nil for days.
  package var period: DataSetPeriod?
  package var countryCode: String?
  package var columns: [DataSetColumn]

  package init(id: String, columns: [DataSetColumn]) {
    self.id = id
    self.columns = columns
  }
}

/// Requested changes of a data set. Fields that are nil stay as they are.
package struct DataSetChange: Sendable, Hashable {
  package var description: String?
  package var countryCode: String?

  package init(description: String? = nil, countryCode: String? = nil) {
    self.description = description
    self.countryCode = countryCode
  }
}

/// Requested changes of a column. Fields that are nil stay as they are.
package struct ColumnChange: Sendable, Hashable {
  package var name: String?
  package var description: String?

  package init(name: String? = nil, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
