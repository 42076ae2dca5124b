import CleanRoom
import Foundation
import HTTPTypes
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

/// The requests that the public client "AMC Uploader from AWS" 3.0.14 makes, in its order and with its headers and
/// bodies: no `Accept`, JSON announced also where there is no body, the definition of a data set with what belongs to
/// its uploads beside it, filters of lists as parameters of the query, a manifest with `|` in its key.
@Suite(.hangLimit)
struct PublicUploaderTests {
  private func send(
    _ client: APIClient, _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
  ) async throws -> Answer {
    try await client.send(
      method, path, body: body,
      headers: [
        "Amazon-Advertising-API-ClientId": client.clientID, "Authorization": "Bearer \(client.token)",
        "Content-Type": "application/json", "x-amzn-service-name": "amazon-marketing-cloud-uploader-from-aws",
        "x-amzn-service-version": "v3.0.14", "Amazon-Advertising-API-AdvertiserId": Fixtures.setup.accountID,
        "Amazon-Advertising-API-MarketplaceId": Fixtures.setup.marketplaceID,
      ])
  }

  private static let root = "/amc/advertiserData/\(Fixtures.setup.instanceID)"

  private static let definition = """
    {"dataSetId": "customers", "description": "People", "period": "P1D", "countryCode": "US", "fileFormat": "CSV",
     "compressionFormat": "GZIP", "updateStrategy": "ADDITIVE", "ContainsIdentity": true, "columns": [
      {"name": "user_id", "description": "resolved", "columnType": "DIMENSION", "dataType": "STRING", "nullable": true,
       "isMainUserId": true},
      {"name": "user_type", "description": "kind", "columnType": "DIMENSION", "dataType": "STRING", "nullable": true,
       "isMainUserIdType": true},
      {"name": "email", "description": "hashed", "columnType": "DIMENSION", "dataType": "STRING",
       "externalUserIdType": {"hashedPii": "EMAIL"}},
      {"name": "ramp", "description": "", "columnType": "DIMENSION", "dataType": "STRING",
       "externalUserIdType": {"externalIdentity": "LIVERAMP"}},
      {"name": "bought_at", "description": "", "columnType": "DIMENSION", "dataType": "TIMESTAMP",
       "isMainEventTime": true}]}
    """

  private static let manifest = "amc/customers/ADDITIVE/CSV/US/\(Fixtures.setup.instanceID)|user1/file.txt"

  @Test func manifestUploadsWorkForThePublicClient() async throws {
    let server = try await TestServer()
    let folder = server.bucketsFolder.appending(path: "artifacts")
    try await FolderBuckets(root: server.bucketsFolder).make("artifacts", granting: .ofFolders)
    let data = Self.manifest.replacing("file.txt", with: "file-0.csv.gz")
    for (key, text) in [
      ("tags.json", #"{"bucket": {"instanceId": "\#(Fixtures.setup.instanceID)"}}"#), (data, "rows"),
      (Self.manifest, "s3://artifacts/\(data)"),
    ] {
      let file = folder.appending(path: key)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try await server.run(.live) { client in
      // Who reads is copied into the policy of the bucket.
      let instances = try await send(client, .get, "/amc/instances")
      #expect(instances["instances", "0", "dataUploadAwsAccountId"] == .string("000000000000"))
      let missing = try await send(client, .get, "\(Self.root)/dataSets/customers")
      #expect(missing.status == 404)
      let created = try await send(client, .post, "\(Self.root)/dataSets", Self.definition)
      #expect(created.status == 200, "\(created.body)")
      let shown = try await send(client, .get, "\(Self.root)/dataSets/customers")
      #expect(shown["dataSet", "columns"].elements.count == 5)
      let listed = try await send(client, .post, "\(Self.root)/dataSets/list")
      // It reads on as long as there is a token, a null being one.
      #expect(try listed.json().members.keys.sorted() == ["dataSets"])
      let order = """
        {"countryCode": null, "updateStrategy": "ADDITIVE", "compressionFormat": "GZIP",
         "dataSource": {"sourceS3Bucket": "artifacts", "sourceManifestS3Key": "\(Self.manifest)"},
         "fileFormat": {"csvDataFormat": {"fieldDelimiter": ","}}}
        """
      let upload = try await send(client, .post, "\(Self.root)/uploads/customers", order)
      #expect(upload.status == 200, "\(upload.body)")
      let id = upload.text("uploadId")
      await server.jobs.waitUntilFinished(id)
      let uploads = try await send(client, .post, "\(Self.root)/uploads/list?dataSetId=customers")
      #expect(uploads["uploads", "0", "status"] == .string("SUCCESS"), "\(uploads.body)")
      #expect(try uploads.json().members["nextToken"] == nil)
      #expect(server.rows.calls.texts == ["s3://artifacts/\(data)": "rows"])
      #expect(try await send(client, .get, "\(Self.root)/uploads/customers/\(id)").status == 200)
      let deleted = try await send(client, .delete, "\(Self.root)/dataSets/customers")
      #expect(deleted["dataSetId"] == .string("customers"))
    }
  }
}
