package import Crypto
import Foundation

/// A certificate for `localhost` that its own key has signed, made for one test.
package struct SelfSignedCertificate: Sendable {
  /// The certificate in PEM.
  package let certificate: String
  /// Its key in PEM.
  package let key: String

  /// - Parameter year: The year at whose end the certificate runs out.
  package init(until year: Int = 2049, key: P256.Signing.PrivateKey = P256.Signing.PrivateKey()) throws {
    let algorithm = DER.sequence(DER.ecdsaWithSHA256)
    let name = DER.sequence(DER.set(DER.sequence(DER.commonName, DER.tagged(0x0c, Array("Adyton test".utf8)))))
    let validity = DER.sequence(
      DER.tagged(0x17, Array("200101000000Z".utf8)), DER.tagged(0x17, Array("\(year % 100)1231235959Z".utf8)))
    let names = DER.sequence(DER.tagged(0x82, Array("localhost".utf8)), DER.tagged(0x87, [127, 0, 0, 1]))
    let extensions = DER.sequence(
      DER.sequence(DER.subjectNames, DER.tagged(0x04, names)),
      DER.sequence(
        DER.basicConstraints, DER.tagged(0x01, [0xff]), DER.tagged(0x04, DER.sequence(DER.tagged(0x01, [0xff])))))
    let serial = [1] + (0..<8).map { _ in UInt8.random(in: 0...255) }
    let content = DER.sequence(
      DER.tagged(0xa0, DER.tagged(0x02, [2])), DER.tagged(0x02, serial), algorithm, name, validity, name,
      Array(key.publicKey.derRepresentation), DER.tagged(0xa3, extensions))
    let signature = try key.signature(for: Data(content)).derRepresentation
    let whole = DER.sequence(content, algorithm, DER.tagged(0x03, [0] + Array(signature)))
    let lines = Data(whole).base64EncodedString(options: .lineLength64Characters)
    certificate = "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    self.key = key.pemRepresentation
  }

  /// Writes both into files.
  package func write(certificate path: String, key keyPath: String) throws {
    try certificate.write(toFile: path, atomically: true, encoding: .utf8)
    try key.write(toFile: keyPath, atomically: true, encoding: .utf8)
  }
}

/// The few forms of ASN.1 that a certificate needs.
private enum DER {
  static let ecdsaWithSHA256: [UInt8] = [0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]
  static let commonName: [UInt8] = [0x06, 3, 0x55, 4, 3]
  static let subjectNames: [UInt8] = [0x06, 3, 0x55, 0x1d, 0x11]
  static let basicConstraints: [UInt8] = [0x06, 3, 0x55, 0x1d, 0x13]

  static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] =
      switch count {
      case ..<0x80: [UInt8(count)]
      case ..<0x100: [0x81, UInt8(count)]
      case _: [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
      }
    return [tag] + length + content
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { tagged(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { tagged(0x31, parts.flatMap { $0 }) }
}
