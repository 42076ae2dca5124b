import Base
import FirstPartyData
import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

@Suite struct DataSetLoaderTests {
  private static let header = "email,product,quantity,order_id,amount,shipped,purchase_time\n"

  private func row(
    _ email: String?, _ product: String = "Lamp", time: String = "2026-03-01T10:00:00Z"
  ) -> String {
    "\(email.map(DataSetFixture.hash) ?? ""),\(product),1,2,3.5,2026-03-02,\(time)\n"
  }

  @Test func rowsGetUserKeysAndLoseIdentifiers() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna", "bert@example.com": "bert"])
    let metrics = try await fixture.load(
      Self.header + row("anna@example.com") + row("nobody@example.com", "Chair") + row(nil, "Table")
        + row("anna@example.com", "Desk", time: "2026-03-02T23:59:59Z"))
    #expect(
      metrics
        == UploadMetrics(
          inputRowCount: 4, outputRowCount: 4, matchedRowCount: 2, deniedRowCount: 0, matchedPersonCount: 1))
    let anna = try await fixture.secret.keyExpression(of: "'anna'")
    #expect(
      try await fixture.rows("SELECT product, user_id = \(anna), user_id_type FROM data ORDER BY product") == [
        ["Chair", nil, nil], ["Desk", "true", "adUserId"], ["Lamp", "true", "adUserId"], ["Table", nil, nil],
      ])
    #expect(
      try await fixture.rows("SELECT quantity, order_id, amount, shipped, purchase_time FROM data LIMIT 1") == [
        ["1", "2", "3.50", "2026-03-02", "2026-03-01 10:00:00"]
      ])
    #expect(try await fixture.manifest.files.map(\.rowCount) == [3, 1])
    #expect(try await fixture.manifest.files.map(\.matchedRowCount) == [1, 1])
  }

  /// That a record matches tells that its person is known.
  @Test func matchesOfFewPeopleAreNotTold() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna", "bert@example.com": "bert", "carl@example.com": "carl"])
    let copies = try await fixture.load(
      Self.header + String(repeating: row("anna@example.com"), count: 250), id: "copies")
    #expect(copies.matchedRowCount == 250 && copies.matchedPersonCount == 1)
    #expect(copies.told(inStepsOf: 2).matchedRowCount == 0)
    let three = try await fixture.load(
      Self.header + row("anna@example.com") + row("bert@example.com") + row("carl@example.com"), id: "three")
    // Those of enough people are rounded down, so that one more is not told.
    #expect(three.told(inStepsOf: 2).matchedRowCount == 2)
    #expect(three.told(inStepsOf: 2).matchedPersonCount == nil)
    #expect(three.told(inStepsOf: 4).matchedRowCount == 0)
    #expect(three.told(inStepsOf: 2).outputRowCount == 3)
  }

  /// More slots than the engine holds files open for, each of which occurs again and again.
  @Test func eachSlotHasOneFile() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.purchases(.hour))
    let rows = (0..<150_000).map { number in
      let hour = number % 150
      return "p\(number),2026-03-0\(1 + hour / 24)T\(String(format: "%02d", hour % 24)):00:00Z"
    }
    let metrics = try await fixture.load("product,purchase_time\n" + rows.joined(separator: "\n"))
    #expect(metrics.outputRowCount == 150_000)
    #expect(try await fixture.manifest.files.map(\.rowCount) == Array(repeating: 1000, count: 150))
    #expect(
      try await fixture.rows(
        "SELECT count(DISTINCT product), count(DISTINCT purchase_time), min(purchase_time), max(purchase_time) FROM data"
      )
        == [["150000", "150", "2026-03-01 00:00:00", "2026-03-07 05:00:00"]])
  }

  @Test func storedBytesContainNoIdentifiers() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna"])
    try await fixture.load(Self.header + row("anna@example.com") + row("nobody@example.com", "Chair"))
    for email in ["anna@example.com", "nobody@example.com"] {
      let hash = DataSetFixture.hash(email)
      #expect(try fixture.holds(Data(hash.utf8)) == false)
      let digest = try #require(Hexadecimal.bytes(of: hash))
      #expect(try fixture.holds(Data(digest)) == false)
    }
    // The search finds values that are stored.
    #expect(try fixture.holds(Data("Chair".utf8)))
  }

  @Test func columnsComeInAnyOrderAndLetterCase() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.load("PURCHASE_TIME,Product\n2026-03-01T10:00:00Z,Lamp\n")
    #expect(try await fixture.rows("SELECT product, quantity FROM data") == [["Lamp", nil]])
  }

  /// Columns of files that are filled by finding people are overwritten.
  @Test func userColumnsOfFilesAreNotRead() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.load("user_id,user_id_type,product,purchase_time\n17,adUserId,Lamp,2026-03-01T10:00:00Z\n")
    #expect(try await fixture.rows("SELECT user_id, user_id_type FROM data") == [[nil, nil]])
  }

  @Test(arguments: [
    ("product,purchase_time,colour\nLamp,2026-03-01T10:00:00Z,red\n", "a.csv: column 'colour': unknown_column"),
    ("ada@example.com,Lamp,2026-03-01T10:00:00Z\n", "a.csv: malformed_file: None of the file's"),
    ("product;purchase_time\nx;y\n", "a.csv: malformed_file: None of the file's columns"),
    ("product,purchase_time,ada@example.com\nx,y,z\n", "column '(not a column's name)': unknown_column"),
    ("p\u{0}r\u{0}\n", "a.csv: malformed_file: The file is not UTF-8 text."),
    ("product,purchase_time,produkt\nLamp,2026-03-01T10:00:00Z,x\n", "Did you mean 'product'?"),
    ("product\nLamp\n", "a.csv: column 'purchase_time': missing_column"),
    ("purchase_time\n2026-03-01T10:00:00Z\n", "a.csv: column 'product': missing_column"),
    ("product,Product,purchase_time\na,b,2026-03-01T10:00:00Z\n", "column 'Product': duplicate_column"),
    (
      "product,purchase_time\nLamp,2026-03-01T10:00:00Z\n,2026-03-01T10:00:00Z\n",
      "a.csv:3: column 'product': missing_value"
    ),
    ("product,purchase_time\nLamp,\n", "a.csv:2: column 'purchase_time': missing_value"),
    ("product,purchase_time\nLamp,2026-03-01 10:00:00\n", "a.csv:2: column 'purchase_time': invalid_value"),
    ("product,purchase_time\nLamp,2026-03-01T10:00:00\n", "invalid_value: The value is no UTC time"),
    ("product,purchase_time\nLamp,2026-02-30T10:00:00Z\n", "invalid_value"),
    ("product,purchase_time\nLamp,1969-12-31T10:00:00Z\n", "invalid_value: The time is not in the years 1970"),
    ("product,purchase_time,quantity\nLamp,2026-03-01T10:00:00Z,1.5\n", "a.csv:2: column 'quantity': invalid_value"),
    ("product,purchase_time,quantity\nLamp,2026-03-01T10:00:00Z,1e3\n", "invalid_value"),
    ("product,purchase_time,quantity\nLamp,2026-03-01T10:00:00Z,3000000000\n", "no whole number of 32 bits"),
    ("product,purchase_time,order_id\nLamp,2026-03-01T10:00:00Z,9223372036854775808\n", "no whole number of 64 bits"),
    ("product,purchase_time,amount\nLamp,2026-03-01T10:00:00Z,\"1,5\"\n", "column 'amount': invalid_value"),
    ("product,purchase_time,shipped\nLamp,2026-03-01T10:00:00Z,01/03/2026\n", "column 'shipped': invalid_value"),
    (
      "product,purchase_time,email\nLamp,2026-03-01T10:00:00Z,anna@example.com\n", "column 'email': unhashed_identifier"
    ),
    ("product,purchase_time,email\nLamp,2026-03-01T10:00:00Z,abc\n", "a.csv:2: column 'email': unhashed_identifier"),
    (
      "product,purchase_time\nfor Anna <anna.b@example.co.uk>,2026-03-01T10:00:00Z\n",
      "column 'product': raw_identifier"
    ),
    ("product,purchase_time\nLamp,2026-03-01T10:00:00Z,3\n", "a.csv:2: malformed_file"),
    ("product,purchase_time\n\"Lamp,2026-03-01T10:00:00Z\n", "malformed_file"),
    ("", "malformed_file"),
  ])
  func whatIsRefused(_ text: String, _ expected: String) async throws {
    let fixture = try await DataSetFixture()
    let problems = try #require(try await fixture.problems(text))
    #expect(problems.joined(separator: "\n").contains(expected), "\(problems)")
    #expect(try await fixture.manifest.generation == 0)
  }

  @Test(arguments: [
    ("quantity", "12", "12"), ("quantity", "-7", "-7"), ("quantity", "+7", "7"), ("quantity", "7.0", "7"),
    ("quantity", " 7 ", "7"), ("order_id", "9223372036854775807", "9223372036854775807"),
    ("amount", "123.45", "123.45"),
    ("amount", "1.005", "1.01"), ("amount", "-3", "-3.00"), ("shipped", "2024-02-29", "2024-02-29"),
    ("purchase_time", "2026-03-01T10:00:00.250Z", "2026-03-01 10:00:00.25"), ("product", "@home", "@home"),
    ("product", "a @ b.c", "a @ b.c"),
  ])
  func whatIsAccepted(_ column: String, _ value: String, _ expected: String) async throws {
    let fixture = try await DataSetFixture()
    var values = ["product": "Lamp", "purchase_time": "2026-03-01T10:00:00Z"]
    values[column] = value
    let names = values.keys.sorted()
    try await fixture.load(
      "\(names.joined(separator: ","))\n\(names.map { values[$0] ?? "" }.joined(separator: ","))\n")
    #expect(try await fixture.rows("SELECT \(column) FROM data") == [[expected]])
  }

  @Test func filesOfAnUploadAreCheckedTogether() async throws {
    let fixture = try await DataSetFixture()
    let good = try fixture.write("good.csv", Data((Self.header + row(nil)).utf8))
    let bad = try fixture.write("bad.csv", Data((Self.header + row(nil) + row(nil, "", time: "x")).utf8))
    let worse = try fixture.write("worse.csv", Data("nothing\n1\n".utf8))
    let problems = try await fixture.problems { try await fixture.load([good, bad]) }
    #expect(problems?.count == 2)
    #expect(problems?.allSatisfy { $0.hasPrefix("bad.csv:3: ") } == true, "\(problems ?? [])")
    let columns = try await fixture.problems { try await fixture.load([good, worse]) }
    #expect(columns?.contains { $0.hasPrefix("worse.csv: malformed_file: None of") } == true)
    #expect(try await fixture.manifest.generation == 0)
    #expect(try await fixture.load([good, good]).outputRowCount == 2)
  }

  @Test func partitionStrategiesNeedFacts() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    for strategy in [UpdateStrategy.overlapKeep, .overlapReplace] {
      let problems = try await fixture.problems { try await fixture.load("sku\n1\n", strategy: strategy) }
      #expect(problems?.first?.contains("strategy_needs_fact") == true)
    }
    try await fixture.load("sku\n1\n")
    try await fixture.load("sku\n2\n")
    #expect(try await fixture.rows("SELECT sku FROM data ORDER BY sku") == [["1"], ["2"]])
    try await fixture.load("sku\n3\n", strategy: .fullReplace)
    #expect(try await fixture.rows("SELECT sku FROM data") == [["3"]])
    try await fixture.load("sku\n", strategy: .fullReplace)
    #expect(try await fixture.rows("SELECT sku FROM data") == [])
  }

  @Test func repeatingAnUploadChangesNothing() async throws {
    let fixture = try await DataSetFixture()
    let first = try await fixture.load(Self.header + row(nil), id: "one")
    let again = try await fixture.load(Self.header + row(nil) + row(nil), id: "one")
    #expect(first == again)
    #expect(try await fixture.manifest.rowCount == 1)
    #expect(try await fixture.manifest.generation == 1)
  }

  @Test func abandonedUploadsChangeNothing() async throws {
    struct Unwanted: Error {}
    let fixture = try await DataSetFixture()
    await #expect(throws: Unwanted.self) {
      try await fixture.load(Self.header + row(nil)) { throw Unwanted() }
    }
    #expect(try await fixture.manifest.generation == 0)
    #expect(try fixture.storedFiles().isEmpty)
  }

  @Test func jsonLinesAndParquet() async throws {
    let fixture = try await DataSetFixture()
    try await fixture.know(["anna@example.com": "anna"])
    let line = """
      {"product": "Lamp", "order_id": 12, "amount": 2.5, "purchase_time": "2026-03-01T10:00:00Z", \
      "email": "\(DataSetFixture.hash("anna@example.com").uppercased())"}

      """
    let json = try fixture.write("a.json", Data(line.utf8))
    #expect(try await fixture.load([json], format: .jsonLines).matchedRowCount == 1)
    let parquet = try await fixture.files.file(
      "b.parquet",
      select: """
        SELECT 'Chair' AS product, 3::DOUBLE AS quantity, 7::TINYINT AS order_id, 1.255::DECIMAL(10,3) AS amount,
        TIMESTAMP '2026-03-01 11:00:00' AS purchase_time, DATE '2026-03-05' AS shipped
        """, options: "FORMAT parquet")
    let file = LoadFile(url: parquet.url, displayName: "b.parquet")
    try await fixture.load([file], format: .parquet)
    #expect(
      try await fixture.rows("SELECT product, quantity, order_id, amount, shipped, purchase_time FROM data ORDER BY 1")
        == [
          ["Chair", "3", "7", "1.26", "2026-03-05", "2026-03-01 11:00:00"],
          ["Lamp", nil, "12", "2.50", nil, "2026-03-01 10:00:00"],
        ])
    let half = try await fixture.files.file(
      "c.parquet", select: "SELECT 'x' AS product, 2.5 AS quantity, TIMESTAMP '2026-03-01' AS purchase_time",
      options: "FORMAT parquet")
    let problems = try await fixture.problems {
      try await fixture.load([LoadFile(url: half.url, displayName: "c.parquet")], format: .parquet)
    }
    #expect(problems == ["c.parquet:1: column 'quantity': invalid_value: The value is no whole number of 32 bits."])
    let odd = try fixture.write(
      "d.json", Data(#"{"product": "x", "purchase_time": "2026-03-01T10:00:00Z", "y": 1}"#.utf8))
    #expect(
      try await fixture.problems { try await fixture.load([odd], format: .jsonLines) }?.first?.contains(
        "unknown_column") == true)
  }

  @Test func otherFormsOfCSV() async throws {
    let fixture = try await DataSetFixture()
    let shape = try CSVShape(
      fieldDelimiter: "\t", quoteCharacter: "'", quoteEscapeCharacter: "\\", commentCharacter: "#")
    try await fixture.load(
      "# from the shop\n'product'\tpurchase_time\n'It\\'s\ta\nlamp'\t2026-03-01T10:00:00Z\n# the end\n", shape: shape)
    #expect(try await fixture.rows("SELECT product FROM data") == [["It's\ta\nlamp"]])
    let problems = try await fixture.problems(
      "# x\nproduct\tpurchase_time\n'a\nb'\t2026-03-01T10:00:00Z\n'c'\tx\n", shape: shape)
    #expect(problems?.first?.hasPrefix("a.csv:5: column 'purchase_time'") == true, "\(problems ?? [])")
    let pipes = try CSVShape(fieldDelimiter: "||", recordDelimiter: "\r\n", quoteEscapeCharacter: "\"\"")
    try await fixture.load(
      "product||purchase_time\r\n\"a \"\"b\"\"\"||2026-03-01T10:00:00Z\r\n", strategy: .fullReplace, shape: pipes)
    #expect(try await fixture.rows("SELECT product FROM data") == [["a \"b\""]])
  }
}

extension DataSetFixture {
  /// The folder of the storage, in tests on one.
  var storageRoot: URL {
    get throws { try #require(files.warehouse.storage as? LocalFolderStorage).root }
  }

  /// The instance's files other than manifests.
  func storedFiles() throws -> [URL] {
    let root = try storageRoot.appending(path: "instances/\(Self.instanceID)/dataSets")
    let paths = FileManager.default.subpaths(atPath: root.path) ?? []
    return paths.filter { $0.hasSuffix(".parquet") }.map { root.appending(path: $0) }
  }

  /// Whether the bytes occur in the stored files of the instance's data sets, or in a staging area.
  func holds(_ bytes: Data) throws -> Bool {
    let root = try storageRoot
    let paths = FileManager.default.subpaths(atPath: root.path) ?? []
    let places = paths.filter { $0.contains("dataSets") || $0.contains("work-") }.map { root.appending(path: $0) }
    return places.contains { (try? Data(contentsOf: $0))?.range(of: bytes) != nil }
  }
}
