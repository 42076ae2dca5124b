import Foundation
import Testing

@testable import Warehouse

/// Text files as spreadsheets, scripts and other systems leave them.
@Suite struct TextFileTests {
  private static let time = "2026-01-01 00:00:00"

  /// The pages of a load, ordered.
  private func pages(_ fixture: LoaderFixture, _ file: LoadFile) async throws -> Int {
    try await fixture.load(file).rowCount
  }

  @Test func linesMayEndInMoreThanOneWay() async throws {
    let fixture = try LoaderFixture()
    let csv = "user_id,visit_dt_utc,page\r\nu,\(Self.time),a\nu,\(Self.time),\"b\r\nc\rd\ne\"\ru,\(Self.time),f\n"
    #expect(try await fixture.load(fixture.file("a.csv", csv)).rowCount == 3)
    let json = ["a", "b", "c", "d"].map { #"{"user_id":"u","visit_dt_utc":"\#(Self.time)","page":"\#($0)"}"# }
    let mixed = json[0] + "\r\n" + json[1] + "\n" + json[2] + "\r" + json[3] + "\n"
    #expect(try await fixture.load(fixture.file("b.jsonl", mixed)).rowCount == 4)
  }

  @Test func positionsCountEveryEndOfALine() async throws {
    let fixture = try LoaderFixture()
    let head = "user_id,visit_dt_utc,page,pages\r\n"
    let good = "u,\(Self.time),\"b\r\nc\rd\ne\",1\n"
    let wrong = try await fixture.problems(fixture.file("a.csv", head + good + "u,\(Self.time),f,x\n"))
    #expect(wrong?.first?.hasPrefix("a.csv:6: column 'pages': invalid_value") == true, "\(wrong ?? [])")
    let short = try await fixture.problems(fixture.file("b.csv", head + good + good + "u,\(Self.time)\r\n"))
    #expect(short == ["b.csv:10: malformed_file: The record has fewer values than the header has columns."])
  }

  @Test func theRecordDelimiterSaysWhatEndsARecord() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    let text = "sku,title\r\n1,K\u{F6}ln\nDeutz\r\n2,\"a \"\"b\"\"\nc\"\r\n3,\r\n"
    let metrics = try await fixture.load(text, shape: try CSVShape(recordDelimiter: "\r\n"))
    #expect(metrics.outputRowCount == 3)
    #expect(
      try await fixture.rows("SELECT title FROM data ORDER BY sku") == [["K\u{F6}ln\nDeutz"], ["a \"b\"\nc"], [nil]])
    // Without quotes in the file, values with breaks get some.
    let bare = try await DataSetFixture(DataSetFixture.products)
    try await bare.load(
      "sku,title\n1,say \"hi\"\rto\n2,x\n", shape: try CSVShape(recordDelimiter: "\n", quoteCharacter: ""))
    #expect(try await bare.rows("SELECT title FROM data ORDER BY sku") == [["say \"hi\"\rto"], ["x"]])
    // A file with other ends than were said is read by those that it has.
    let other = try await DataSetFixture(DataSetFixture.products)
    #expect(try await other.load("sku,title\n1,x\n", shape: CSVShape(recordDelimiter: "\r\n")).outputRowCount == 1)
  }

  @Test func textBehindQuotesIsRefusedAlsoInMixedFiles() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    let problems = try await fixture.problems(
      "sku,title\r\n1,\"a\"\nb\r\n", shape: try CSVShape(recordDelimiter: "\r\n"))
    #expect(problems?.first?.contains(":2: malformed_file") == true, "\(problems ?? [])")
  }

  @Test(arguments: ["sep=;\n", "sep=;\r\n", "SEP=;\n", "\u{FEFF}sep=;\n", "\"sep=;\"\n"])
  func theLineThatSaysTheSeparatorIsUnderstood(line: String) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    let end = line.hasSuffix("\r\n") ? "\r\n" : "\n"
    #expect(try await fixture.load("\(line)sku;title\(end)1;a,b\(end)").outputRowCount == 1)
    #expect(try await fixture.rows("SELECT title FROM data") == [["a,b"]])
    let problems = try await fixture.problems("\(line)sku;title\(end)1;a\(end)2\(end)")
    #expect(problems?.first?.contains(":4: malformed_file") == true, "\(problems ?? [])")
    let missing = try await fixture.problems("\(line)sku;title\(end)1;a\(end);b\(end)")
    #expect(missing?.first?.contains(":4: column 'sku': missing_value") == true, "\(missing ?? [])")
  }

  @Test func whoSaysAnotherSeparatorKnowsBetter() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    try await fixture.load("sep=;\nsku|title\n1|a;b\n", shape: try CSVShape(fieldDelimiter: "|"))
    #expect(try await fixture.rows("SELECT title FROM data") == [["a;b"]])
  }

  @Test func namesOfColumnsMaySpanLines() async throws {
    let fixture = try await DataSetFixture(
      DataSetSchema(uid: "p", columns: [DataSetColumn(name: "the title", dataType: .string)]))
    try await fixture.load("\"the\ntitle\"\nx\n")
    #expect(try await fixture.rows("SELECT \"the title\" FROM data") == [["x"]])
    let problems = try await fixture.problems("\"the\ntitle\"\nx\ny,z\n")
    #expect(problems?.first?.contains(":4: malformed_file") == true, "\(problems ?? [])")
  }

  @Test(arguments: ["sku,title,,\n1,a,,\n", ",sku,title\n0,1,a\n", "sku,,title,\"\"\n1,x,a,y\n"])
  func columnsWithoutNamesAreNotRead(text: String) async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    try await fixture.load(text)
    #expect(try await fixture.rows("SELECT sku, title FROM data") == [["1", "a"]])
  }

  @Test func aHeaderWithoutNamesIsNone() async throws {
    let fixture = try await DataSetFixture(DataSetFixture.products)
    let problems = try await fixture.problems(",,\n1,2,3\n")
    #expect(problems?.first?.hasSuffix("malformed_file: The first line does not hold column names.") == true)
  }

  @Test func linesThatAreNotUTF8AreNamedWithoutTheirValues() async throws {
    let fixture = try LoaderFixture()
    let latin = Data("user_id,Stra".utf8) + Data([0xDF]) + Data("e\nada,1\n".utf8)
    #expect(
      try await fixture.problems(fixture.file("a.csv", latin)) == [
        "a.csv:1: malformed_file: The line is not UTF-8 text."
      ])
    let json = Data("{\"user_id\":\"u\"}\r\n{\"user_id\":\"".utf8) + Data([0xE9]) + Data("\"}\n".utf8)
    #expect(
      try await fixture.problems(fixture.file("b.jsonl", json)) == [
        "b.jsonl:2: malformed_file: The line is not UTF-8 text."
      ])
    let cut = Data("user_id,page\nu,x".utf8) + Data([0xE2, 0x82])
    #expect(
      try await fixture.problems(fixture.file("c.csv", cut)) == [
        "c.csv:2: malformed_file: The line is not UTF-8 text."
      ])
    let utf16 = Data([0xFF, 0xFE, 0x61, 0x00])
    #expect(
      try await fixture.problems(fixture.file("d.csv", utf16)) == ["d.csv: malformed_file: The file is not UTF-8 text."]
    )
  }

  /// A name, the bytes of a file, and the text that they are.
  static let encodings: [(String, [UInt8], String)] = [
    ("Latin-1", [0x4B, 0xF6, 0x6C, 0x6E], "K\u{F6}ln"), ("cp1252", [0x80, 0x35], "\u{20AC}5"),
    ("iso-8859-15", [0xA4], "\u{20AC}"), ("windows-1250", [0xB3, 0xF3], "\u{142}\u{F3}"),
    ("Shift_JIS", [0x93, 0xFA, 0x96, 0x7B], "\u{65E5}\u{672C}"), ("sjis", [0x87, 0x40], "\u{2460}"),
    ("EUC-JP", [0xC6, 0xFC], "\u{65E5}"), ("GB18030", [0xC4, 0xE3], "\u{4F60}"), ("gbk", [0xC4, 0xE3], "\u{4F60}"),
    ("big5", [0xA7, 0x41], "\u{4F60}"), ("euc-kr", [0xB0, 0xA1], "\u{AC00}"), ("macroman", [0x8A], "\u{E4}"),
    ("UTF8", [0xC3, 0xA4], "\u{E4}"),
  ]

  @Test(arguments: encodings) func otherEncodingsAreDecoded(name: String, bytes: [UInt8], text: String) async throws {
    let fixture = try LoaderFixture()
    var file = try fixture.file(
      "a.csv", Data("user_id,visit_dt_utc,page\nu,\(Self.time),".utf8) + Data(bytes) + Data("\n".utf8))
    file.encoding = try #require(TextEncoding(name: name))
    try await fixture.load(file)
    #expect(try await fixture.rows("SELECT page FROM data") == [[.text(text)]])
  }

  @Test(arguments: [("utf-16", String.Encoding.utf16), ("utf-16le", .utf16LittleEndian), ("UTF-16BE", .utf16BigEndian)])
  func textInUTF16IsDecoded(name: String, encoding: String.Encoding) async throws {
    let fixture = try LoaderFixture()
    let csv = "user_id,visit_dt_utc,page\r\n" + String(repeating: "u,\(Self.time),\u{1F600}\u{E4}\r\n", count: 3_000)
    var file = try fixture.file("a.csv", try #require(csv.data(using: encoding)))
    file.encoding = try #require(TextEncoding(name: name))
    #expect(try await fixture.load(file).rowCount == 3_000)
    #expect(try await fixture.rows("SELECT DISTINCT page FROM data") == [[.text("\u{1F600}\u{E4}")]])
  }

  @Test func bytesThatAreNotOfTheEncodingAreNamedByLine() async throws {
    let fixture = try LoaderFixture()
    let wrong: [(String, [UInt8])] = [("windows-1252", [0x81]), ("shift_jis", [0x93]), ("gb18030", [0x81, 0x20])]
    for (name, bytes) in wrong {
      var file = try fixture.file("a.csv", Data("user_id,page\r\nu,x\r\nu,".utf8) + Data(bytes))
      file.encoding = try #require(TextEncoding(name: name))
      #expect(try await fixture.problems(file) == ["a.csv:3: malformed_file: The line is not \(name) text."])
    }
    #expect(TextEncoding(name: "klingon") == nil)
  }
}

/// The pieces of a text can end anywhere.
@Suite struct TextPieceTests {
  private func rewritten(_ text: String, _ separators: Set<LineBreak>, pieces: Int) -> String {
    var rewriter = RecordRewriter(CSVShape(), separators: separators)
    var result: [UInt8] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      Array(bytes[start..<min(start + pieces, bytes.count)]).withUnsafeBytes { rewriter.add($0) }
      result += rewriter.drain()
    }
    rewriter.finish()
    return String(decoding: result + rewriter.drain(), as: UTF8.self)
  }

  @Test(arguments: 1...7) func breaksAreFoundAcrossPieces(pieces: Int) {
    let text = "a,\"b\r\n\"\"c\"\r\n1,2\r3,4\n\n5,6\r\n"
    #expect(
      rewritten(text, Set(LineBreak.allCases), pieces: pieces) == "a,\"b\r\n\"\"c\"\n1,2\n3,4\n\n5,6\n")
    #expect(rewritten(text, [.both], pieces: pieces) == "a,\"b\r\n\"\"c\"\n1,\"2\r3\",\"4\n\n5\",6\n")
  }

  @Test(arguments: 1...5) func charactersAreFoundAcrossPieces(pieces: Int) {
    for (bytes, invalid) in [
      (Array("a\u{E4}\u{20AC}\u{1F600}z".utf8), nil), ([0x61, 0xC0, 0x80], 1), ([0xE0, 0x80, 0x80], 0),
      ([0x61, 0xED, 0xA0, 0x80], 1), ([0xF5], 0), ([0x61, 0x62, 0xE2, 0x82, 0x41], 2),
    ] as [([UInt8], Int?)] {
      var validator = UTF8Validator()
      var isInvalid = false
      for start in stride(from: 0, to: bytes.count, by: pieces) where !isInvalid {
        isInvalid =
          Array(bytes[start..<min(start + pieces, bytes.count)]).withUnsafeBytes { validator.firstInvalid(in: $0) }
          != nil
      }
      #expect(isInvalid == (invalid != nil))
      if let invalid { #expect(validator.offset == invalid) } else { #expect(validator.isComplete) }
    }
  }
}
