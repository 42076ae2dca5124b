package import FirstPartyData

/// The treatment of the columns of a customer file.
package struct HashingPlan: Sendable, Hashable {
  /// The content of a column.
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
    /// Its index in the file, from 0.
    package var index: Int
    /// Its name in the file, which it keeps.
    package var name: String
    /// Its content.
    package var use: Use

    /// A column of that index, name and use.
    package init(index: Int, name: String, use: Use) {
      self.index = index
      self.name = name
      self.use = use
    }
  }

  /// The columns of the result, in their order.
  package var columns: [Column]
  /// The index in the file of the column with the country of each row, whether the result has it or not.
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

/// The outcome for a customer file.
package struct HashingSummary: Sendable, Hashable {
  /// How many rows the file has.
  package var rowCount: Int
  /// The outcomes of the values, for each column of the plan.
  package var columns: [HashingTally.Counts]
}
