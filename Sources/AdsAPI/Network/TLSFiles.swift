import Base
import Foundation
import NIOSSL
import ObjectStorage

/// The files of a server's certificate and of its key, in PEM.
package struct TLSFiles: Sendable, Hashable {
  /// The path of the certificate, with those of its issuers after it.
  package var certificate: String
  /// The path of the key, which is not encrypted.
  package var key: String

  package init(certificate: String, key: String) {
    (self.certificate, self.key) = (certificate, key)
  }

  /// The largest file that is read, in bytes.
  private static let sizeLimit = 1 << 20

  /// The marks by which a change of the files shows, as programs leave them that renew certificates: a file that was
  /// written again, or another one in its place.
  struct Marks: Hashable, Sendable {
    private let marks: [[Int64]]

    init(_ files: TLSFiles) {
      marks = [files.certificate, files.key].map { path in
        var status = stat()
        guard stat(path, &status) == 0 else { return [Int64(errno)] }
        #if os(Linux)
          let (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #else
          let (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #endif
        return [
          Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino), Int64(status.st_size),
          Int64(seconds), Int64(nanoseconds),
        ]
      }
    }
  }

  /// Reads both files.
  ///
  /// - Returns: The configuration, and when the certificate runs out.
  func load() throws(TLSFileError) -> (TLSConfiguration, expiresAt: Date) {
    let bytes = try Self.read(certificate, as: .certificate)
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), let own = chain.first else {
      throw TLSFileError(.certificateNotPEM, path: certificate)
    }
    let keyBytes = try Self.read(key, as: .key)
    guard !String(decoding: keyBytes, as: UTF8.self).contains("ENCRYPTED") else {
      throw TLSFileError(.keyEncrypted, path: key)
    }
    guard let privateKey = try? NIOSSLPrivateKey(bytes: keyBytes, format: .pem) else {
      throw TLSFileError(.keyNotPEM, path: key)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    // A context takes a key for the first certificate alone.
    guard (try? NIOSSLContext(configuration: configuration)) != nil else {
      throw TLSFileError(.keyOfAnother, path: key)
    }
    return (configuration, Date(timeIntervalSince1970: TimeInterval(own.notValidAfter)))
  }

  private enum Kind {
    case certificate, key
  }

  private static func read(_ path: String, as kind: Kind) throws(TLSFileError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      return Array(try file.read(upToCount: sizeLimit) ?? Data())
    } catch {
      let number = SystemErrorNumber.of(error)
      throw TLSFileError(
        kind == .key ? .keyUnreadable : .certificateUnreadable, path: path, systemError: number, underlying: error)
    }
  }
}

/// A file of TLS that can't be used.
package struct TLSFileError: CodedError, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    case certificateUnreadable = "tls_certificate_unreadable"
    case certificateNotPEM = "tls_certificate_not_pem"
    case keyUnreadable = "tls_key_unreadable"
    case keyNotPEM = "tls_key_not_pem"
    case keyEncrypted = "tls_key_encrypted"
    /// The key belongs to another certificate than the first one of the file.
    case keyOfAnother = "tls_key_of_another"
  }

  package let code: Code
  package let underlying: (any Error)?
  private let path: String
  private let systemError: Int32?

  init(_ code: Code, path: String, systemError: Int32? = nil, underlying: (any Error)? = nil) {
    (self.code, self.path, self.systemError, self.underlying) = (code, path, systemError, underlying)
  }

  /// The text for the operator, who has named the file.
  package var description: String {
    switch code {
    case .certificateUnreadable, .keyUnreadable:
      "\(path) can't be read: \(systemError.map { String(cString: strerror($0)) } ?? "it is no file")."
    case .certificateNotPEM: "\(path) has no certificate in PEM (-----BEGIN CERTIFICATE-----)."
    case .keyNotPEM: "\(path) has no private key in PEM (-----BEGIN PRIVATE KEY-----)."
    case .keyEncrypted: "The key in \(path) is encrypted. The server needs it without a passphrase."
    case .keyOfAnother:
      "The key in \(path) does not belong to the first certificate. The server's own comes first, then its issuers."
    }
  }
}
