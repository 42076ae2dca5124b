import CleanRoom
import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct DataSetColumnAPITests {
  private static let columns = "/dataSets/purchases/columns"

  @Test(arguments: Door.allCases)
  func columnsAreAddedChangedAndDeleted(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      try await client.createDataSet()
      let added = try await client.ownData(
        .post, Self.columns, body: #"{"column": \#(DataSetBody.column("price", "DECIMAL", #""description": "Net""#))}"#)
      #expect(added.status == 200)
      #expect(added.headers[.contentType] == "application/vnd.amcadvertiserdatasetcolumn.v1+json")
      #expect(added.column("price")["dataType"] == .string("DECIMAL"))
      let renamed = try await client.ownData(
        .put, Self.columns + "/price", body: #"{"updatedColumnName": "net_price", "updateDescription": "Without tax"}"#)
      #expect(renamed.column("net_price")["description"] == .string("Without tax"))
      #expect(renamed.column("price") == .null)
      let deleted = try await client.ownData(.delete, Self.columns + "/shop")
      #expect(!deleted.columnNames.contains("shop"))
      // Of shop, which was the third field, nothing is kept in the files; the new column never gets its field.
      #expect(server.rows.calls.rewritten == [[2, 4, 5, 6]])
      let again = try await client.ownData(
        .post, Self.columns, body: #"{"column": \#(DataSetBody.column("shop"))}"#)
      #expect(again.columnNames.last == "shop")
      #expect(try await client.ownData(.delete, Self.columns + "/none").errorCode == "unknown_column")
      #expect(
        try await client.ownData(.put, Self.columns + "/none", body: "{}").errorCode == "unknown_column")
    }
  }

  @Test(arguments: [
    (#""isMainUserId": true"#, "can't be a main user column"),
    (#""isMainUserIdType": true"#, "can't be a main user column"),
    (#""isMainEventTime": true"#, "can't be the main event time"),
    (#""externalUserIdType": {"hashedPii": "EMAIL"}"#, "has the purpose"),
  ])
  func someColumnsCannotBeAdded(_ purpose: String, _ text: String) async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet()
      let type = purpose.contains("Time") ? "TIMESTAMP" : "STRING"
      let body = #"{"column": \#(DataSetBody.column("more", type, purpose))}"#
      let answer = try await client.ownData(.post, Self.columns, body: body)
      #expect(answer.status == 400)
      #expect(answer.text("details").contains(text), "\(answer.body)")
    }
  }

  @Test func identifiersNeedAColumnForTheUser() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      try await client.createDataSet(DataSetBody.shops())
      let answer = try await client.ownData(
        .post, "/dataSets/shops/columns", body: #"{"column": \#(DataSetBody.email)}"#)
      #expect(answer.text("details").contains("without a main user column"))
      // A country can come later.
      let country = DataSetBody.column("land", "STRING", #""isCountryCode": true"#)
      let added = try await client.ownData(
        .post, "/dataSets/shops/columns", body: #"{"column": \#(country)}"#)
      #expect(added.column("land")["isCountryCode"] == .boolean(true))
      let turned = try await client.ownData(
        .put, "/dataSets/shops/columns/city", body: #"{"isCountryCode": true}"#)
      #expect(turned.errorCode == "unknown_field")
    }
  }

  @Test func someColumnsCannotBeDeleted() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet()
      for name in ["bought_at", "user_id"] {
        #expect(try await client.ownData(.delete, "\(Self.columns)/\(name)").errorCode == "invalid_field")
      }
      let taken = try await client.ownData(
        .put, Self.columns + "/shop", body: #"{"updatedColumnName": "USER_ID"}"#)
      #expect(taken.text("details") == "updatedColumnName is the name of another column.")
      try await client.createDataSet(DataSetBody.shops())
      #expect(try await client.ownData(.delete, "/dataSets/shops/columns/shop").status == 200)
      #expect(
        try await client.ownData(.delete, "/dataSets/shops/columns/city").text("details").contains("last column"))
    }
  }
}
