package import Warehouse

/// What a client asks a data set to be.
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

/// What a client asks to change about a data set; nil leaves what is there.
package struct DataSetChange: Sendable, Hashable {
  package var description: String?
  package var countryCode: String?

  package init(description: String? = nil, countryCode: String? = nil) {
    self.description = description
    self.countryCode = countryCode
  }
}

/// What a client asks to change about a column; nil leaves what is there.
package struct ColumnChange: Sendable, Hashable {
  package var name: String?
  package var description: String?

  package init(name: String? = nil, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
