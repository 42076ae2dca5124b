package import ObjectStorage

/// A finished Parquet file on its way into a folder of `StoredRows`. Its columns have the field ids of the layout.
package struct StagedRows: Sendable {
  package var file: StagedFile
  /// The stretch of time that its rows are in; nil for rows without a time.
  var slot: RowSlot?
  package var rowCount: Int
  /// How many rows have a user.
  package var matchedRowCount: Int

  init(file: StagedFile, slot: RowSlot?, rowCount: Int, matchedRowCount: Int) {
    self.file = file
    self.slot = slot
    self.rowCount = rowCount
    self.matchedRowCount = matchedRowCount
  }

  /// Rows without a time.
  package init(file: StagedFile, rowCount: Int, matchedRowCount: Int) {
    self.init(file: file, slot: nil, rowCount: rowCount, matchedRowCount: matchedRowCount)
  }
}
