import Foundation
import TestSupport
import Testing

/// `adyton hash` as a person at a shell sees it.
@Suite(.hangLimit) struct HashCommandTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-hash-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static let customers = """
    Customer,E-Mail,Mobile Phone,Vorname,Nachname,Straße,PLZ,Ort,Land,IDFA,Notes
    c-1001,Jane.Doe@Example.com,+49 1512 3456789,Jürgen,Müller,Unter den Linden 77,10117,Berlin,DE,\
    38400000-8cf0-11bd-b23e-10b96e40000d,"likes ""tea"", often"
    c-1002,not an email,030 901820,太郎,O'Neil,Hauptstr. 1,1067,Köln,DE,,"two
    lines"
    c-1003,,(212) 555-0142,Ann,,350 Fifth Avenue,10118-1234,New York,US,,
    c-1004,9ECEB13483D7F187EC014FD6D4854D1420CFC634328AF85F51D0323BA8622E21,12,,,,,,,,

    """

  /// Everything of the file that tells who somebody is.
  private static let originals = [
    "jane", "doe", "example.com", "3456789", "jürgen", "juergen", "müller", "mueller", "linden", "10117", "berlin",
    "not an email", "901820", "太郎", "neil", "hauptstr", "1067", "köln", "koln", "555", "ann,", "fifth", "10118", "york",
  ]

  private func file(_ name: String, _ text: String = customers) throws -> String {
    let url = folder.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path()
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
  }

  @Test func theResultContainsNoOriginalIdentifier() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try file("customers.csv")
    let output = try Program.run("hash", input, "--keep", "customer")
    #expect(output.status == 0)
    let result = try text("customers-hashed.csv")
    for original in Self.originals {
      for place in [result.lowercased(), output.text.lowercased(), output.errors.lowercased()] {
        #expect(!place.contains(original), "\(original)")
      }
    }
    let lines = result.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0] == "Customer,E-Mail,Mobile Phone,Vorname,Nachname,Straße,PLZ,Ort,Land,IDFA")
    // jane.doe@example.com, 4915123456789
    let hashes =
      "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d,"
      + "c0f8f0bebbbac96451ee8d8def84a02ae9e34c877775437cb9d458328315afa7,"
    #expect(lines[1].hasPrefix("c-1001,\(hashes)"))
    #expect(lines[1].hasSuffix(",DE,38400000-8cf0-11bd-b23e-10b96e40000d"))
    #expect(lines[4] == "c-1004,9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21,,,,,,,,")
    #expect(try text("customers.csv") == Self.customers)
    #expect(try names() == ["customers-hashed.csv", "customers.csv"])
  }

  @Test func theSummaryHasCountsAndPositions() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try Program.run("hash", try file("customers.csv"))
    #expect(output.text.contains("customers-hashed.csv: 4 rows"))
    #expect(output.text.contains("'E-Mail' (EMAIL): 1 hashed, 1 already hashed, 1 empty"))
    #expect(output.text.contains("1 left empty, first in line 3: identifier_not_an_email"))
    // The row before spans two lines.
    #expect(output.text.contains("1 left empty, first in line 6: identifier_not_a_telephone_number"))
    #expect(output.text.contains("first in line 3: identifier_nothing_left"))
    #expect(output.text.contains("first in line 3: identifier_not_a_postal_code"))
    #expect(output.text.contains("'IDFA' (MAID): 1 as they were, 3 empty"))
    #expect(output.errors.contains("taken by their names: 'E-Mail' as EMAIL"))
    #expect(output.errors.contains("'Land' as country"))
    #expect(output.errors.contains("not in the result: 'Customer', 'Notes'"))
    #expect(output.errors.contains("MAID is uploaded without hashing"))
  }

  @Test func misreadFilesAreExplained() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let semicolons = try Program.run("hash", try file("semicolons.csv", "mail;land\nanna@example.com;DE\n"))
    #expect(semicolons.status == 2)
    #expect(semicolons.errors.contains("It has one column; say with --delimiter what separates the values."))
    let headerless = try Program.run("hash", try file("headerless.csv", "anna@example.com,DE\n"))
    #expect(headerless.status == 2)
    #expect(headerless.errors.contains("Its columns are: '(not a column's name)', 'DE'."))
    let wide = "mail," + (1...300).map { "c\($0)" }.joined(separator: ",")
    let values = "anna@example.com," + (1...300).map(String.init).joined(separator: ",")
    let output = try Program.run("hash", try file("wide.csv", "\(wide)\n\(values)\n"))
    #expect(output.errors.contains("'c20' and 280 more"))
  }

  @Test func mappingsNameTheKindsOfColumns() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try file("mapped.csv", "a;b=c;d\n030 901820;10117;x\n")
    let output = try Program.run(
      "hash", input, "--map", "A=phone", "--map", "b=c=ZIP", "--country", "DE", "--keep-all", "--drop", "d",
      "--delimiter", ";", "-o", folder.appending(path: "out.csv.gz").path())
    #expect(output.status == 0, "\(output.errors)")
    let second = try Program.run(
      "hash", folder.appending(path: "out.csv.gz").path(), "--map", "a=PHONE", "--map", "b=c=ZIP", "-o",
      folder.appending(path: "out.csv").path())
    #expect(second.text.contains("'a' (PHONE): 1 already hashed"))
    let hashes =
      "c03f76216358b07b09a300613908002987efc1ae9a2ef2a85d57d5a971bf821a,"
      + "79f0a467d1be7b57d7233c32edfb8be89f762a15421ddae3cc1cf9f7e1cf0b03"
    #expect(try text("out.csv").hasPrefix("a,b=c\n"))
    #expect(try text("out.csv").contains(hashes.prefix(64)))
  }

  @Test func rowsStayInTheirOrder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let count = 150_000
    let input = try file("many.csv", "n,city\n" + (0..<count).map { "\($0),Berlin\n" }.joined())
    #expect(try Program.run("hash", input, "--keep", "n").status == 0)
    let numbers = try text("many-hashed.csv").split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
    #expect(numbers == (0..<count).map { "\($0)"[...] })
  }

  @Test func wrongCommandLinesAreExplained() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try file("customers.csv")
    let column = try Program.run("hash", input, "--map", "Mail=EMAIL")
    #expect(column.status == 2)
    #expect(column.errors.contains("There is no column 'Mail'") || column.errors.contains("has no column 'Mail'"))
    #expect(column.errors.contains("'Customer', 'E-Mail', 'Mobile Phone'"))
    let kind = try Program.run("hash", input, "--map", "E-Mail=MAIL")
    #expect(kind.status == 2)
    #expect(kind.errors.contains("one of FIRST_NAME"))
    #expect(try Program.run("hash", input, "--country", "Atlantis").status == 2)
    #expect(try Program.run("hash", input, "--map", "Ort=CITY", "--map", "ort=STATE").status == 2)
    #expect(try Program.run("hash", input, "-o", input).status == 2)
    #expect(try Program.run("hash", folder.appending(path: "none.csv").path()).status == 2)
    let nameless = try Program.run("hash", try file("nameless.csv", "x,y\n1,2\n"))
    #expect(nameless.status == 2)
    #expect(nameless.errors.contains("--map COLUMN=KIND"))
    #expect(try names() == ["customers.csv", "nameless.csv"])
  }

  @Test func linksToTheFileAreFollowed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try file("customers.csv")
    let link = folder.appending(path: "link.csv").path()
    try FileManager.default.linkItem(atPath: input, toPath: link)
    #expect(try Program.run("hash", input, "-o", link, "--overwrite").status == 2)
    #expect(try text("customers.csv") == Self.customers)
  }

  @Test func existingFilesAreReplacedOnRequestOnly() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try file("customers.csv")
    _ = try file("customers-hashed.csv", "precious")
    #expect(try Program.run("hash", input).status == 2)
    #expect(try text("customers-hashed.csv") == "precious")
    #expect(try Program.run("hash", input, "--overwrite").status == 0)
    #expect(try text("customers-hashed.csv") != "precious")
  }

  @Test func aRefusedFileLeavesNothing() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let malformed = try Program.run("hash", try file("malformed.csv", "email,city\na@example.com,x\nb@example.com\n"))
    #expect(malformed.status == 1)
    #expect(malformed.errors.contains("malformed.csv:3: malformed_file"))
    let readable = try Program.run(
      "hash", try file("readable.csv", "email,note\na@example.com,x\nb@example.com,ask c@example.com\n"), "--keep",
      "note")
    #expect(readable.status == 1)
    #expect(readable.errors.contains("readable.csv:3: column 'note': raw_identifier"))
    #expect(!readable.errors.contains("c@example.com"))
    #expect(try names() == ["malformed.csv", "readable.csv"])
  }

  @Test func anInterruptedRunLeavesNothing() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (0..<120_000).map { "person\($0)@example.com,Person \($0)" }
    let input = try file("many.csv", "email,address\n" + rows.joined(separator: "\n") + "\n")
    let process = Process()
    process.executableURL = Program.url
    process.arguments = ["hash", input]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The engine makes the result's file when it is at work.
    let work = folder.appending(path: ".adyton-hash")
    try await pollingUntil { !process.isRunning || isAtWork(in: work) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try names() == ["many.csv"])
  }

  private func isAtWork(in work: URL) -> Bool {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: work.path())) ?? []
    return paths.contains { $0.contains("result") }
  }
}
