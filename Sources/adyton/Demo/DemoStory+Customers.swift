import Base
import CleanRoom
import Foundation
import Sandbox

/// The chapters on the advertiser's own data: from a customer file to an audience of its best customers.
extension DemoStory {
  private static let dataSetID = "customers"
  private static let overlapQuery = """
    SELECT c.loyalty_tier, COUNT(DISTINCT c.user_id) AS customers, COUNT(DISTINCT i.user_id) AS saw_the_campaign \
    FROM customers c LEFT JOIN (SELECT user_id FROM dsp_impressions WHERE campaign = '\(GroundTruth.reachCampaign)') i \
    ON c.user_id = i.user_id GROUP BY c.loyalty_tier
    """
  /// The number of characters of a hashed record that are shown: the first two hashes.
  private static let hashesShown = 129
  private static let goldQuery = "SELECT user_id FROM customers WHERE loyalty_tier = 'GOLD'"

  mutating func bringCustomers() async throws {
    chapter("Your own customers: a file that is hashed before it leaves the machine")
    let (before, after) = try await customers.hash()
    Output.line("\n  before  \(before)\n  after   \(after.prefix(Self.hashesShown))…")

    chapter("Accept the terms, make a data set, upload the file from a bucket")
    try await acceptTerms()
    try await makeDataSet()
    try await upload()

    chapter("How many of them saw a campaign? Join them with impressions, person by person; no person is shown")
    let rows = try await measure(Self.overlapQuery)
    Output.line("")
    for row in rows.dropFirst().map({ $0.split(separator: ",").map(String.init) }).sorted(by: { $0[0] < $1[0] }) {
      guard row.count == 3, let all = Int(row[1]), let some = Int(row[2]), all > 0 else { continue }
      let rate = (Double(some) / Double(all)).formatted(.percent.precision(.fractionLength(0)))
      Output.line("  \(row[0]): \(some.formatted()) of \(all.formatted()) matched customers saw it, \(rate)")
    }

    chapter("An audience of the best customers")
    _ = try await createAudience(named: "Gold customers", Self.goldQuery)
  }

  private func acceptTerms() async throws {
    let path = "/amc/audiences/connections/terms"
    let terms = try await request("GET", path)
    _ = try await request(
      "PATCH", path, ["agreementToken": terms.text("agreementToken") ?? "", "hasAccepted": true])
  }

  private var area: String { "/amc/advertiserData/\(client.setup.instanceID)" }

  private func makeDataSet() async throws {
    let identifiers: [(name: String, kind: String)] = [
      ("email", "EMAIL"), ("phone", "PHONE"), ("first_name", "FIRST_NAME"), ("last_name", "LAST_NAME"),
      ("address", "ADDRESS"), ("city", "CITY"), ("state", "STATE"), ("zip", "ZIP"),
    ]
    var columns = identifiers.map { name, kind in
      Self.column(name, "STRING").adding("externalUserIdType", ["hashedPii": kind])
    }
    columns += [
      Self.column("maid", "STRING").adding("externalUserIdType", ["externalIdentity": "MAID"]),
      Self.column("country_code", "STRING").adding("isCountryCode", true),
      Self.column("loyalty_tier", "STRING"), Self.column("last_purchase", "DATE"),
      Self.column("spend", "DECIMAL", as: "METRIC"),
    ]
    let created = try await request(
      "POST", "\(area)/dataSets",
      ["dataSetId": Self.dataSetID, "description": "Customers and their loyalty", "columns": columns])
    guard created.status == 200 else { throw Failure(description: "The data set was not made.") }
  }

  private static func column(_ name: String, _ type: String, as kind: String = "DIMENSION") -> JSONObject {
    ["name": name, "dataType": type, "columnType": kind, "nullable": true]
  }

  private func upload() async throws {
    let path = "\(area)/uploads/\(Self.dataSetID)"
    let created = try await request(
      "POST", path,
      [
        "updateStrategy": "FULL_REPLACE", "compressionFormat": "NONE",
        "dataSource": ["sourceS3Bucket": DemoCustomers.bucket, "sourceFileS3Key": DemoCustomers.key],
        "fileFormat": ["csvDataFormat": ["fieldDelimiter": ","]],
      ])
    guard let id = created.text("uploadId") else { throw Failure(description: "The upload was not accepted.") }
    let finished = try await finish("upload", "\(path)/\(id)") { $0.text("upload", "status") }
    guard let rows = finished.number("upload", "metrics", "OutputRowCount"), rows > 0,
      let matched = finished.number("upload", "metrics", "MatchedRowCount")
    else { throw Failure(description: finished.text("upload", "message") ?? "The upload failed.") }
    let rate = (Double(matched) / Double(rows)).formatted(.percent.precision(.fractionLength(1)))
    Output.line("\nMatch rate: \(matched.formatted()) of \(rows.formatted()) customers, \(rate).")
  }
}
