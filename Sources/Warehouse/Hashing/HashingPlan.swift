package import FirstPartyData

/// What becomes of the columns of a customer file.
package struct HashingPlan: Sendable, Hashable {
  /// What a column holds.
  package enum Use: Sendable, Hashable {
    /// Identifiers: standardised and hashed, or left as they are where their kind is not hashed.
    case identifier(IdentifierKind)
    /// The country of each row; kept.
    case country
    /// Anything else; kept.
    case other
  }

  /// A column that the result has.
  package struct Column: Sendable, Hashable {
    /// Its place in the file, from 0.
    package var index: Int
    /// Its name in the file, which it keeps.
    package var name: String
    /// What it holds.
    package var use: Use

    /// A column of that place, name and use.
    package init(index: Int, name: String, use: Use) {
      self.index = index
      self.name = name
      self.use = use
    }
  }

  /// The columns of the result, in their order.
  package var columns: [Column]
  /// The place in the file of the column with the country of each row, whether the result has it or not.
  package var countryColumn: Int?
  /// The country of rows that say none; nil where it is not known.
  package var countryCode: String?

  /// A plan with these columns.
  package init(columns: [Column], countryColumn: Int?, countryCode: String?) {
    self.columns = columns
    self.countryColumn = countryColumn
    self.countryCode = countryCode
  }
}

/// What became of a customer file.
package struct HashingSummary: Sendable, Hashable {
  /// How many rows the file has.
  package var rowCount: Int
  /// What became of the values, for each column of the plan.
  package var columns: [HashingTally.Counts]
}
