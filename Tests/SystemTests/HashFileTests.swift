import Foundation
import TestSupport
import Testing

/// Customer files as they come, and `adyton hash`.
@Suite(.hangLimit) struct HashFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-hash-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func hash(
    _ text: String, _ arguments: String...
  ) throws -> (output: Program.Output, rows: [[String]]) {
    try hash(Data(text.utf8), arguments)
  }

  /// Hashes a file, and removes everything again.
  private func hash(_ data: Data, _ arguments: [String]) throws -> (output: Program.Output, rows: [[String]]) {
    defer { try? FileManager.default.removeItem(at: folder) }
    try data.write(to: folder.appending(path: "in.csv"))
    let output = try Program.run(["hash", folder.appending(path: "in.csv").path()] + arguments)
    let result = try? String(contentsOf: folder.appending(path: "in-hashed.csv"), encoding: .utf8)
    let rows = (result ?? "").split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return (output, rows)
  }

  @Test func numbersWrittenAsFloatsAreNumbers() throws {
    let (output, rows) = try hash(
      """
      n,phone,zip,country
      1,4155550123.0,2134.0,US
      2,14155550123,90210,US
      3,30901820.0,1067.0,DE
      4,+49 30 901820,10117,DE
      5,6465550123.0,90210.0,US

      """, "--map", "phone=PHONE", "--map", "zip=ZIP", "--country-column", "country", "--keep", "n")
    #expect(output.status == 0, "\(output.errors)")
    try #require(rows.count == 6)
    #expect(rows[1][1] == rows[2][1])
    #expect(rows[3][1] == rows[4][1])
    #expect(rows[5][2] == rows[2][2])
    #expect(rows[1][2].isEmpty && rows[3][2].isEmpty)
    #expect(output.text.contains("2 left empty, first in line 2: identifier_not_a_postal_code"))
  }

  @Test func countriesHaveNames() throws {
    let (output, rows) = try hash(
      """
      n,Phone,State,Zip,Country
      1,646-555-0123,Texas,02134-1234,United States
      2,646-555-0123,Texas,02134-1234,US
      3,646-555-0123,Texas,02134-1234,Atlantis
      4,+1 646-555-0123,Texas,02134-1234,Atlantis
      5,020 7946 0123,Kent,SW1A 1AA,UK

      """, "--keep", "n")
    #expect(output.status == 0, "\(output.errors)")
    try #require(rows.count == 6)
    #expect(rows[1].dropFirst() == rows[2].dropFirst())
    #expect(rows[3].dropFirst() == ["", "", "", ""])
    #expect(rows[4].dropFirst() == [rows[2][1], "", "", ""])
    #expect(rows[5][4] == "GB")
    #expect(output.text.contains("'Country' (country): 3 as they were"))
    #expect(output.text.contains("2 left empty, first in line 4: identifier_country_not_known"))
    #expect(!output.text.contains("Atlantis"))
  }

  @Test func aGuessedColumnHoldsThatKindOfValue() throws {
    let (output, rows) = try hash(
      """
      id,ad_id,idfa,aaid,email,phone_number,mobile
      l:1,ag:900,ag:900,38400000-8cf0-11bd-b23e-10b96e40000d,ann@example.com,p:+14155550123,n/a
      l:2,ag:901,ag:901,x,bob@example.com,,0000000000

      """)
    #expect(output.status == 0, "\(output.errors)")
    #expect(rows.first == ["aaid", "email", "phone_number"])
    #expect(output.errors.contains("'idfa' holds no MAID and is not taken for it"))
    #expect(output.errors.contains("'mobile' holds no PHONE and is not taken for it"))
    #expect(output.text.contains("1 left empty, first in line 3: identifier_not_a_device_id"))
    #expect(rows.count == 3 && !rows[1][2].isEmpty)
  }

  @Test func linesMayEndInMoreThanOneWay() throws {
    let (output, rows) = try hash(
      "order_id,Email,Phone\r\n1,ann@example.com,030 901820\n2,bob@example.com,0151 23456789\n", "--country", "DE")
    #expect(output.status == 0, "\(output.errors)")
    #expect(rows.map(\.count) == [2, 2, 2])
  }

  @Test func linesThatAreNotUTF8AreNamedAndCanBeDecoded() throws {
    let bytes =
      Data("id,Email,City\n1,ann@example.com,x\n2,bob@example.com,K".utf8) + Data([0xF6]) + Data("ln\n".utf8)
    let refused = try HashFileTests().hash(bytes, [])
    #expect(refused.output.status == 1)
    #expect(refused.output.errors.contains("in.csv:3: malformed_file: The line is not UTF-8 text."))
    #expect(refused.output.errors.contains("--encoding windows-1252"))
    #expect(!refused.output.errors.contains("example.com"))
    let decoded = try HashFileTests().hash(bytes, ["--encoding", "latin-1"])
    let plain = try HashFileTests().hash("id,Email,City\n1,ann@example.com,x\n2,bob@example.com,K\u{F6}ln\n")
    #expect(decoded.rows == plain.rows && plain.rows.count == 3)
    #expect(try HashFileTests().hash(bytes, ["--encoding", "klingon"]).output.status != 0)
    let header =
      Data("Kundennummer,E-Mail,Stra".utf8) + Data([0xDF]) + Data("e\nKd-1,ann@example.com,Hauptweg 5\n".utf8)
    let first = try hash(header, [])
    #expect(first.output.errors.contains("in.csv:1: malformed_file: The line is not UTF-8 text."))
    for value in ["Kd-1", "Hauptweg", "ann@"] { #expect(!first.output.errors.contains(value)) }
  }

  @Test func theLineThatSaysTheSeparatorIsUnderstood() throws {
    for arguments in [[], ["--delimiter", ";"]] {
      let (output, rows) = try HashFileTests().hash(Data("sep=;\nid;Email\n1;ann@example.com\n".utf8), arguments)
      #expect(output.status == 0, "\(output.errors)")
      #expect(rows.count == 2 && rows[0] == ["Email"])
    }
  }

  @Test func headersMayHaveBreaksAndColumnsNoNames() throws {
    let broken = try HashFileTests().hash("id,\"Email\naddress\"\n1,ann@example.com\n")
    #expect(broken.output.status == 0, "\(broken.output.errors)")
    #expect(broken.rows.first == ["Email address"])
    let unnamed = try HashFileTests().hash("id,Email,,\n1,ann@example.com,,\n", "--keep-all")
    #expect(unnamed.output.status == 0, "\(unnamed.output.errors)")
    #expect(unnamed.rows.first == ["id", "Email"])
    #expect(unnamed.rows.last?.first == "1")
    let index = try hash(",Email\n0,ann@example.com\n")
    #expect(index.rows.first == ["Email"])
  }

  @Test func usualNamesOfOtherLanguagesAreTaken() throws {
    let (output, rows) = try hash(
      "Pr\u{E9}nom,Nom,Adresse e-mail,T\u{E9}l\u{E9}phone,Code postal,Ville\n"
        + "Anne,Leroy,anne@example.fr,06 12 34 56 78,75001,Paris\n", "--country", "FR")
    #expect(output.status == 0, "\(output.errors)")
    #expect(rows.first?.count == 6)
    #expect(!output.errors.contains("not in the result"))
  }
}
