import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct DataSetAPITests {
  @Test(arguments: Door.allCases)
  func dataSetsAreMadeChangedAndDeleted(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await client.ownData(
        .post, "/dataSets", body: DataSetBody.purchases(more: #", "period": "P1M", "countryCode": "us""#))
      #expect(created.status == 200)
      #expect(created.body == #"{"dataSetId":"purchases","instanceId":"amcdemo01"}"#)
      #expect(
        created.headers[.contentType] == "application/vnd.amcadvertiserdataset.v1+json")
      let shown = try await client.ownData(.get, "/dataSets/purchases")
      // A data set with identifiers has the columns that resolution fills.
      #expect(shown.columnNames == ["email_hash", "bought_at", "shop", "user_id", "user_id_type"])
      #expect(shown["dataSet", "period"] == .string("P1M"))
      #expect(shown["dataSet", "countryCode"] == .string("US"))
      #expect(shown.column("email_hash")["externalUserIdType"] == .object(["hashedPii": .string("EMAIL")]))
      #expect(shown.column("bought_at")["isMainEventTime"] == .boolean(true))
      #expect(shown.column("bought_at")["nullable"] == .boolean(false))
      #expect(shown.column("user_id")["isMainUserId"] == .boolean(true))
      #expect(shown.column("shop")["requiresOneWayHashing"] == .boolean(false))
      let updated = try await client.ownData(.put, "/dataSets/purchases", body: #"{"description": "Mine"}"#)
      #expect(updated["dataSet", "description"] == .string("Mine"))
      let deleted = try await client.ownData(.delete, "/dataSets/purchases")
      #expect(deleted.body == created.body)
      #expect(server.rows.calls.deletedUIDs.count == 1)
      let gone = try await client.ownData(.get, "/dataSets/purchases")
      #expect(gone.status == 404)
      #expect(gone.errorCode == "unknown_data_set")
      #expect(gone.text("requestId") != "")
    }
  }

  /// Both shapes that AMC documents; the name is free again once the data set is gone.
  @Test func theDefinitionMayBeUnderDataSet() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet(#"{"dataSet": \#(DataSetBody.shops())}"#)
      let shown = try await client.ownData(.get, "/dataSets/shops")
      #expect(shown.columnNames == ["shop", "city"])
      #expect(shown["dataSet", "period"] == .null)
      let again = try await client.ownData(.post, "/dataSets", body: DataSetBody.shops())
      #expect(again.errorCode == "data_set_exists")
      #expect(try await client.ownData(.delete, "/dataSets/shops").status == 200)
      try await client.createDataSet(DataSetBody.shops())
    }
  }

  @Test func listsHavePages() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      for number in 0..<5 { try await client.createDataSet(DataSetBody.shops(id: "shops_\(number)")) }
      var names: [String] = []
      var token: String? = ""
      while let current = token {
        let path = "/dataSets/list?maxResults=2" + (current.isEmpty ? "" : "&nextToken=\(current)")
        let page = try await client.ownData(.post, path)
        names += page["dataSets"].elements.compactMap { $0["dataSetId"].stringValue }
        token = page["nextToken"].stringValue
      }
      #expect(names == (0..<5).map { "shops_\($0)" })
      let inBody = try await client.ownData(.post, "/dataSets/list", body: #"{"maxResults": 3}"#)
      #expect(inBody["dataSets"].elements.count == 3)
      let token3 = inBody.text("nextToken")
      let rest = try await client.ownData(
        .post, "/dataSets/list", body: #"{"maxResults": 3, "nextToken": "\#(token3)"}"#)
      #expect(rest["dataSets"].elements.count == 2)
      #expect(try rest.json().members["nextToken"] == nil)
      #expect(try await client.ownData(.post, "/dataSets/list?nextToken=x").errorCode == "invalid_page_token")
      #expect(try await client.ownData(.post, "/dataSets/list?maxResults=0").errorCode == "invalid_query_parameter")
    }
  }

  @Test(arguments: ["Purchases", "my purchases", "käufe", "", "list", String(repeating: "a", count: 129)])
  func namesAreOfLowercaseLettersDigitsAndUnderscores(_ name: String) async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let answer = try await client.ownData(.post, "/dataSets", body: DataSetBody.shops(id: name))
      #expect(answer.status == 400)
      #expect(answer.errorCode == "invalid_field")
      #expect(answer.text("details").hasPrefix("dataSetId "))
    }
  }

  /// Faults of columns, and the beginning of the message.
  private static let wrongColumns: [([String], String)] = [
    ([], "columns "),
    ([DataSetBody.column("a"), DataSetBody.column("A")], "columns[1].name"),
    ([DataSetBody.column("a b")], "columns[0].name"),
    (
      [DataSetBody.email, DataSetBody.column("b", "STRING", #""externalUserIdType": {"hashedPii": "EMAIL"}"#)],
      "columns[1] has the purpose"
    ),
    ([DataSetBody.column("t", "STRING", #""isMainEventTime": true"#)], "columns[0].dataType"),
    ([DataSetBody.column("c", "LONG", #""isCountryCode": true"#)], "columns[0].dataType"),
    ([DataSetBody.column("e", "LONG", #""externalUserIdType": {"hashedPii": "EMAIL"}"#)], "columns[0].dataType"),
    (
      [DataSetBody.column("e", "STRING", #""externalUserIdType": {"hashedPii": "SHOE"}"#)],
      "The field columns[0].externalUserIdType.hashedPii"
    ),
    ([DataSetBody.column("e", "STRING", #""externalUserIdType": {}"#)], "columns[0].externalUserIdType"),
    ([DataSetBody.column("u", "STRING", #""isMainUserId": true"#)], "columns have a main user column"),
    (
      [DataSetBody.email, #"{"name": "u", "dataType": "STRING", "columnType": "METRIC", "isMainUserId": true}"#],
      "columns[1].columnType"
    ),
    ([DataSetBody.email, DataSetBody.column("user_id")], "columns have user_id"),
    (
      [DataSetBody.column("u", "STRING", #""isMainUserId": true, "isCountryCode": true"#)],
      "columns[0] has more than one purpose"
    ),
    (
      [DataSetBody.column("h", "STRING", #""requiresOneWayHashing": true"#)],
      "columns[0].requiresOneWayHashing is not available"
    ),
    ([DataSetBody.column("c", "STRING", #""consentType": "MAYBE""#)], "The field columns[0].consentType"),
  ]

  @Test(arguments: wrongColumns.indices)
  func columnRulesAreEnforced(_ number: Int) async throws {
    let (columns, text) = Self.wrongColumns[number]
    let server = try await TestServer()
    try await server.run(.router) { client in
      let answer = try await client.ownData(.post, "/dataSets", body: DataSetBody.purchases(columns: columns))
      #expect(answer.status == 400)
      #expect(answer.text("details").hasPrefix(text), "\(answer.body)")
    }
  }

  @Test func consentAndCountriesHaveManySpellings() async throws {
    let columns = [
      DataSetBody.email, DataSetBody.column("tcf", "STRING", #""consentType": "TCF""#),
      DataSetBody.column("gpp", "STRING", #""consentType": "GPP_String""#),
      DataSetBody.column("use", "STRING", #""consentType": "amzn_user_data""#),
      DataSetBody.column("ads", "STRING", #""consentType": "AMZN_AD_STORAGE""#),
      DataSetBody.column("land", "STRING", #""externalUserIdType": {"hashedPii": "COUNTRY_CODE"}"#),
      DataSetBody.column("device", "STRING", #""externalUserIdType": {"externalIdentity": "MAID"}"#),
      DataSetBody.column(
        "call", "STRING", #""externalUserIdType": {"hashedExternalIdentity": {"identifierType": "PHONE"}}"#),
    ]
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet(DataSetBody.purchases(columns: columns))
      let shown = try await client.ownData(.get, "/dataSets/purchases")
      let consents = ["tcf", "gpp", "use", "ads"].map { shown.column($0)["consentType"].stringValue }
      #expect(consents == ["TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE"])
      #expect(shown.column("land")["isCountryCode"] == .boolean(true))
      #expect(shown.column("call")["externalUserIdType"] == .object(["hashedPii": .string("PHONE")]))
      #expect(shown.column("device")["externalUserIdType"] == .object(["externalIdentity": .string("MAID")]))
    }
  }

  @Test func unchangeableMembersAreRefused() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      try await client.createDataSet()
      for body in [#"{"dataSetId": "other"}"#, #"{"period": "PT1H"}"#, #"{"columns": []}"#] {
        let answer = try await client.ownData(.put, "/dataSets/purchases", body: body)
        #expect(answer.errorCode == "invalid_field")
        #expect(answer.text("details").contains("can't be changed"))
      }
      #expect(try await client.ownData(.put, "/dataSets/purchases", body: #"{"x": 1}"#).errorCode == "unknown_field")
      #expect(
        try await client.ownData(.put, "/dataSets/purchases", body: #"{"countryCode": "Atlantis"}"#).errorCode
          == "invalid_field")
      let key = DataSetBody.purchases(id: "second", more: #", "customerEncryptionKeyArn": "arn:aws:kms:x""#)
      #expect(try await client.ownData(.post, "/dataSets", body: key).errorCode == "unavailable_feature")
    }
  }

  @Test func termsAndAccessAreCheckedFirst() async throws {
    let server = try await TestServer()
    let clientID = server.credentials.clientID
    try await server.run(.router) { client in
      let other = try await server.otherClient(client)
      #expect(try await other.ownData(.post, "/dataSets/list").status == 403)
      try await server.components.store.write { try $0.delete(TermsAcceptanceRecord.self, id: clientID) }
      for (path, body) in [
        ("/dataSets", DataSetBody.shops()), ("/dataSets/list", ""), ("/uploads/list", ""),
        ("/userDeletionRequest/list", ""),
      ] {
        let answer = try await client.ownData(.post, path, body: body)
        #expect(answer.status == 401)
        #expect(answer.errorCode == "terms_not_accepted")
      }
    }
  }

  /// Queries see a data set as soon as it exists, instead of one of Amazon's with the same name.
  @Test func dataSetsAreDataSources() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      try await client.createDataSet(DataSetBody.purchases(id: "dsp_impressions"))
      let path = "/amc/reporting/\(Fixtures.setup.instanceID)/dataSources/dsp_impressions"
      let shown = try await client.account(.get, path)
      #expect(shown["dataSource", "owner"] == .string("CUSTOMER"))
      let columns = shown["dataSource", "columns"].elements
      // Identifiers are never columns of it.
      #expect(columns.compactMap { $0["name"].stringValue } == ["bought_at", "shop", "user_id", "user_id_type"])
      let shop = columns.first { $0["name"].stringValue == "shop" }
      #expect(shop?["description"].stringValue?.contains("threshold HIGH") == true)
      #expect(try await client.ownData(.delete, "/dataSets/dsp_impressions").status == 200)
      #expect(try await client.account(.get, path)["dataSource", "owner"] == .string("AMAZON"))
    }
  }

  @Test func legacyDataSetsKeepTheirNamesUntilTheyAreDeleted() async throws {
    let server = try await TestServer()
    try await server.components.dataSets.registerLegacy(
      ["old_visits"], instanceID: Fixtures.setup.instanceID)
    try await server.run(.router) { client in
      let taken = try await client.ownData(.post, "/dataSets", body: DataSetBody.shops(id: "old_visits"))
      #expect(taken.errorCode == "legacy_data_set")
      #expect(taken.text("details").contains("delete it, and upload its data again"))
      #expect(try await client.ownData(.get, "/dataSets/old_visits").errorCode == "legacy_data_set")
      #expect(try await client.ownData(.post, "/dataSets/list")["dataSets"].elements.isEmpty)
      let upload = try await client.ownData(.post, "/uploads/old_visits", body: DataSetBody.upload())
      #expect(upload.errorCode == "legacy_data_set")
      #expect(try await client.ownData(.delete, "/dataSets/old_visits").status == 200)
      try await client.createDataSet(DataSetBody.shops(id: "old_visits"))
    }
  }
}
