import Foundation
import ObjectStorage
import Testing

@testable import Warehouse

/// Each compression with whole files and with broken ones. Python's own library makes the files.
@Suite struct UnpackTests {
  private let fixture: LoaderFixture
  private static let text = "what,at\n" + (0..<5_000).map { "row \($0),2026-01-01T10:00:00Z\n" }.joined()

  init() throws { fixture = try LoaderFixture() }

  /// The result of a piece of Python for the text, which it has as `data`.
  private func packed(_ python: String, _ text: String = Self.text) throws -> Data {
    let input = fixture.folder.appending(path: "\(UUID().uuidString).txt")
    let output = fixture.folder.appending(path: "\(UUID().uuidString).out")
    try Data(text.utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sys,gzip,bz2,zipfile,io\ndata=open(sys.argv[1],'rb').read()\n\(python)\nopen(sys.argv[2],'wb').write(out)",
      input.path, output.path,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try Data(contentsOf: output)
  }

  private func zip(_ body: String) -> String {
    "b=io.BytesIO()\nz=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)\n\(body)\nz.close()\nout=b.getvalue()"
  }

  /// The texts of a file's entries, or the code of the problem.
  private func unpack(
    _ data: Data, _ compression: UploadCompression, limits: UnpackLimits = UnpackLimits(), format: LoadFormat = .csv
  ) async throws -> (texts: [String], names: [String], code: LoadProblem.Code?) {
    let area = try await fixture.warehouse.storage.stage()
    let url = fixture.folder.appending(path: UUID().uuidString)
    try data.write(to: url)
    let file = LoadFile(url: url, displayName: "a", format: format)
    do {
      let files = try await FileUnpacker(area: area, limits: limits)
        .unpack(file, compression, number: 0, room: limits.byteLimit).files
      return (try files.map { try String(contentsOf: $0.url, encoding: .utf8) }, files.map(\.displayName), nil)
    } catch let problem as LoadProblem {
      return ([], [], problem.code)
    }
  }

  @Test(arguments: [
    (UploadCompression.gzip, "out=gzip.compress(data)"),
    (.gzip, "out=gzip.compress(data[:999])+gzip.compress(data[999:])+bytes(512)"),
    (.bzip, "out=bz2.compress(data)"), (.bzip, "out=bz2.compress(data[:999])+bz2.compress(data[999:])"),
  ])
  func streams(_ compression: UploadCompression, _ python: String) async throws {
    let data = try packed(python)
    #expect(try await unpack(data, compression).texts == [Self.text])
    for cut in [data.count / 2, data.count - 1, 5] where !python.contains("bytes(512)") {
      #expect(try await unpack(data.prefix(cut), compression).code != nil, "\(compression) cut to \(cut)")
    }
    var damaged = data
    damaged[data.count / 3] ^= 0x55
    #expect(try await unpack(damaged, compression).code == .damagedArchive)
    #expect(try await unpack(data + Data("more".utf8), compression).code == .damagedArchive)
  }

  @Test func archivesAreReadEntryByEntry() async throws {
    let data = try packed(
      zip(
        """
        z.writestr('b/a.csv',data)
        z.writestr('stored.csv',data[:8],zipfile.ZIP_STORED)
        z.writestr('empty/','')
        z.writestr('__MACOSX/x',b'1')
        z.writestr('b/.hidden',b'1')
        """))
    let unpacked = try await unpack(data, .zip)
    #expect(unpacked.texts == [Self.text, "what,at\n"])
    #expect(unpacked.names == ["a/b/a.csv", "a/stored.csv"])
    #expect(try await unpack(data.prefix(data.count - 10), .zip).code == .damagedArchive)
    var damaged = data
    damaged[200] ^= 0x55
    #expect(try await unpack(damaged, .zip).code == .damagedArchive)
    #expect(try await unpack(try packed(zip("z.writestr('x/','')")), .zip).code == .malformedFile)
  }

  @Test func archivesBeyond32BitsAreRead() async throws {
    let body = "f=z.open('a.csv','w',force_zip64=True)\nf.write(data)\nf.close()"
    #expect(try await unpack(try packed(zip(body)), .zip).texts == [Self.text])
  }

  @Test func unsupportedArchivesAreRefused() async throws {
    // A password is a bit in the entry's flags; the directory's copy of them is what counts.
    let locked = try packed(
      zip("z.writestr('a.csv',data)") + "\ni=out.index(b'PK\\x01\\x02')\nout=out[:i+8]+b'\\x01'+out[i+9:]")
    #expect(try await unpack(locked, .zip).code == .damagedArchive)
    let method = try packed(zip("z.writestr('a.csv',data,zipfile.ZIP_LZMA)"))
    #expect(try await unpack(method, .zip).code == .damagedArchive)
    var limits = UnpackLimits()
    limits.entryLimit = 1
    let two = try packed(zip("z.writestr('a',data)\nz.writestr('b',data)"))
    #expect(try await unpack(two, .zip, limits: limits).code == .tooLarge)
  }

  @Test(arguments: [
    (UploadCompression.gzip, "out=gzip.compress(bytes(4000000))"), (.bzip, "out=bz2.compress(bytes(4000000))"),
    (
      .zip,
      "b=io.BytesIO()\nz=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)\nz.writestr('a',bytes(4000000))\nz.close()\nout=b.getvalue()"
    ),
  ])
  func smallFilesThatFillTheDisk(_ compression: UploadCompression, _ python: String) async throws {
    let data = try packed(python)
    #expect(data.count < 8_000)
    var limits = UnpackLimits()
    limits.ratioFreeByteCount = 1 << 20
    #expect(try await unpack(data, compression, limits: limits).code == .tooLarge)
    #expect(try await unpack(data, compression).code == nil)
    limits = UnpackLimits()
    limits.byteLimit = 3_999_999
    #expect(try await unpack(data, compression, limits: limits).code == .tooLarge)
  }

  @Test func theWrongCompressionIsNamed() async throws {
    let made: [(UploadCompression, Data)] = [
      (.none, Data(Self.text.utf8)), (.gzip, try packed("out=gzip.compress(data)")),
      (.bzip, try packed("out=bz2.compress(data)")), (.zip, try packed(zip("z.writestr('a.csv',data)"))),
      (.snappy, Data(SnappyUnpacker.frameMagic)),
    ]
    for (actual, data) in made {
      for said in UploadCompression.allCases where said != actual {
        let code = try await unpack(data, said).code
        // Snappy's blocks have no mark of their own.
        #expect(
          code == (actual == .none && said == .snappy ? .damagedArchive : .wrongCompression), "\(actual) as \(said)")
      }
    }
    let parquet = Data("PAR1....".utf8)
    #expect(try await unpack(parquet, .gzip, format: .parquet).code == nil)
    #expect(try await unpack(parquet, .gzip).code == .wrongCompression)
  }

  // MARK: Snappy

  /// "abcabcabcabcX" as a literal, a copy that reaches into itself, and a literal.
  private static let block = Data([13, 2 << 2, 0x61, 0x62, 0x63, (9 - 4) << 2 | 1, 3, 0, 0x58])
  private static let blockText = "abcabcabcabcX"

  private func bigEndian(_ number: Int) -> Data {
    Data([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) })
  }

  private func frame(_ type: UInt8, _ content: Data, of text: String) -> Data {
    let crc = Data(text.utf8).withUnsafeBytes { SnappyChecksum.masked($0) }
    let checksum = Data([0, 8, 16, 24].map { UInt8(truncatingIfNeeded: crc >> $0) })
    let count = content.count + 4
    return Data([type, UInt8(count & 0xff), UInt8(count >> 8), 0]) + checksum + content
  }

  @Test func allFourFormsOfSnappyAreRead() async throws {
    let (block, text) = (Self.block, Self.blockText)
    #expect(try await unpack(block, .snappy).texts == [text])
    let frames =
      Data(SnappyUnpacker.frameMagic) + frame(0, block, of: text) + Data([0xfe, 2, 0, 0, 1, 1])
      + frame(1, Data("plain".utf8), of: "plain")
    #expect(try await unpack(frames, .snappy).texts == [text + "plain"])
    let java = Data(SnappyUnpacker.javaMagic) + bigEndian(1) + bigEndian(1) + bigEndian(block.count) + block
    #expect(try await unpack(java, .snappy).texts == [text])
    let hadoop = bigEndian(26) + bigEndian(block.count) + block + bigEndian(block.count) + block
    #expect(
      try await unpack(hadoop + bigEndian(13) + bigEndian(block.count) + block, .snappy).texts == [text + text + text])
  }

  /// The published check value of CRC-32C, and its mask.
  @Test func wrongChecksumsAreRefused() {
    let crc: UInt32 = 0xe306_9283
    let masked = ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
    #expect(Data("123456789".utf8).withUnsafeBytes { SnappyChecksum.masked($0) } == masked)
  }

  @Test func damagedSnappyIsRefused() async throws {
    let (block, text) = (Self.block, Self.blockText)
    for cut in 0..<block.count { #expect(try await unpack(block.prefix(cut), .snappy).code == .damagedArchive) }
    var copies = block
    copies[6] = 9
    #expect(try await unpack(copies, .snappy).code == .damagedArchive)
    let frames = Data(SnappyUnpacker.frameMagic) + frame(0, block, of: text)
    for cut in 11..<frames.count { #expect(try await unpack(frames.prefix(cut), .snappy).code == .damagedArchive) }
    let wrong = Data(SnappyUnpacker.frameMagic) + frame(0, block, of: "another text")
    #expect(try await unpack(wrong, .snappy).code == .damagedArchive)
    let huge = Data([0xff, 0xff, 0xff, 0xff, 0x0f, 0])
    #expect(try await unpack(huge, .snappy).code == .tooLarge)
  }
}
