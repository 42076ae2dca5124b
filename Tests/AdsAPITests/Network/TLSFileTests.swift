@testable import AdsAPI
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// Files that can't be used are named, with what is wrong with them and nothing of what is in them.
@Suite struct TLSFileTests {
  private let folder: TemporaryFolder
  private let files: TLSFiles
  private let own: SelfSignedCertificate

  init() throws {
    folder = try TemporaryFolder()
    files = TLSFiles(certificate: folder.file("server.pem"), key: folder.file("key.pem"))
    own = try SelfSignedCertificate()
    try own.write(certificate: files.certificate, key: files.key)
  }

  private func code(_ files: TLSFiles? = nil) throws -> TLSFileError.Code {
    let error = try #require(throws: TLSFileError.self) { try TLSCertificate(files ?? self.files, logger: LineLog().logger) }
    #expect(error.description.contains(folder.file("")), "\(error)")
    #expect(!error.description.contains("MII"), "\(error)")
    #expect(error.stableCode.hasPrefix("tls_"))
    return error.code
  }

  @Test func aMatchingPairIsTaken() throws {
    let certificate = try TLSCertificate(files, logger: LineLog().logger)
    #expect(certificate.expiresAt == Date(timeIntervalSince1970: 2_524_607_999))
  }

  @Test func aFileThatIsNotThereIsNamed() throws {
    let missing = TLSFiles(certificate: folder.file("other.pem"), key: files.key)
    #expect(try code(missing) == .certificateUnreadable)
    #expect(try code(TLSFiles(certificate: files.certificate, key: folder.file("other.pem"))) == .keyUnreadable)
    #expect(try code(TLSFiles(certificate: folder.file(""), key: files.key)) == .certificateUnreadable)
  }

  @Test func filesOfOtherContentAreNamed() throws {
    try "no certificate".write(toFile: files.certificate, atomically: true, encoding: .utf8)
    #expect(try code() == .certificateNotPEM)
    try own.key.write(toFile: files.certificate, atomically: true, encoding: .utf8)
    #expect(try code() == .certificateNotPEM)
    try own.write(certificate: files.certificate, key: files.key)
    try own.certificate.write(toFile: files.key, atomically: true, encoding: .utf8)
    #expect(try code() == .keyNotPEM)
    try "".write(toFile: files.key, atomically: true, encoding: .utf8)
    #expect(try code() == .keyNotPEM)
    let encrypted = own.key.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY")
    try encrypted.write(toFile: files.key, atomically: true, encoding: .utf8)
    #expect(try code() == .keyEncrypted)
  }

  @Test func theKeyHasToBelongToTheFirstCertificate() throws {
    let other = try SelfSignedCertificate()
    try other.key.write(toFile: files.key, atomically: true, encoding: .utf8)
    #expect(try code() == .keyOfAnother)
    try (own.certificate + other.certificate).write(toFile: files.certificate, atomically: true, encoding: .utf8)
    #expect(try code() == .keyOfAnother)
    try (other.certificate + own.certificate).write(toFile: files.certificate, atomically: true, encoding: .utf8)
    _ = try TLSCertificate(files, logger: LineLog().logger)
  }

  @Test func aChangeIsSeenAtTheNextLookAndNoOtherTime() async throws {
    let log = LineLog()
    let certificate = try TLSCertificate(files, logger: log.logger)
    #expect(await certificate.current().generation == 0)
    let next = try SelfSignedCertificate(until: 2040)
    // Half of a change is none.
    try next.certificate.write(toFile: files.certificate, atomically: true, encoding: .utf8)
    #expect(await certificate.current().generation == 0)
    #expect(await certificate.current().generation == 0)
    #expect(log.text.split(separator: "\n").filter { $0.contains("tls_key_of_another") }.count == 1, "\(log.text)")
    try next.key.write(toFile: files.key, atomically: true, encoding: .utf8)
    #expect(await certificate.current().generation == 1)
    #expect(await certificate.current().generation == 1)
    #expect(certificate.expiresAt < Date(timeIntervalSince1970: 2_300_000_000))
    try FileManager.default.removeItem(atPath: files.key)
    #expect(await certificate.current().generation == 1)
    #expect(log.text.contains("tls_key_unreadable"))
  }
}
