import AMCSQL
import Catalog
import Foundation
import Testing

/// Uploaded data sets, by the names that queries use.
@Suite struct UploadedCatalogueTests {
  private func bind(_ sql: String, in catalogue: Catalogue) throws -> BoundQuery {
    try Binder.bind(
      Parser.parse(sql),
      in: BindingContext(catalogue: catalogue, timeWindow: nil, now: Date(timeIntervalSince1970: 0)))
  }

  private func source(_ name: String) -> DataSource {
    DataSource.uploaded(
      name: name, columns: [UploadedColumn(name: "store", type: .string, kind: .dimension)], userColumn: nil,
      eventTimeColumn: nil, storedRows: StoredRows(folder: "dataSets/1", fieldIDs: ["store": 1]))
  }

  @Test func uploadedTablesTakePrecedenceOverAmazons() throws {
    var catalogue = Catalogue.standard
    _ = try bind("SELECT campaign FROM dsp_impressions", in: catalogue)
    catalogue.add(source("dsp_impressions"))
    _ = try bind("SELECT store FROM DSP_Impressions", in: catalogue)
    let refusal = try #require(throws: QueryRefusal.self) {
      try bind("SELECT campaign FROM dsp_impressions", in: catalogue)
    }
    #expect(refusal.first.code == .unknownColumn)
    #expect(catalogue.dataSources.count == Catalogue.standard.dataSources.count)
  }

  @Test func legacyDataSetsAreRefusedWithAdvice() throws {
    var catalogue = Catalogue.standard
    catalogue.addLegacyDataSet(named: "Loyalty")
    for sql in ["SELECT a FROM loyalty", "SELECT a FROM TABLE(EXTEND_TIME_WINDOW('LOYALTY', 'P1D', 'P1D'))"] {
      let refusal = try #require(throws: QueryRefusal.self, "\(sql)") { try bind(sql, in: catalogue) }
      #expect(refusal.first.code == .legacyDataSet)
      #expect(refusal.first.hint == "Delete it, and upload the data again to a data set with another name.")
    }
    #expect(catalogue.isLegacyDataSet("LOYALTY") && !catalogue.isLegacyDataSet("dsp_impressions"))
  }
}
