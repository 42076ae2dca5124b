import Foundation
import TestSupport
import Testing

/// `adyton serve` with TLS: wrong files end the start with their names.
@Suite(.hangLimit) struct TLSCommandTests {
  private let folder: SharedFolder
  private let data: String

  init() throws {
    folder = try SharedFolder()
    data = folder.url.appending(path: "data").path(percentEncoded: false)
  }

  private func file(_ name: String) -> String { folder.url.appending(path: name).path(percentEncoded: false) }

  @Test func oneFileIsNotEnough() throws {
    let alone = try Program.run("serve", "--data", data, "--tls-certificate", file("a.pem"))
    #expect(alone.status == 2 && alone.errors.contains("--tls-certificate needs --tls-key"), "\(alone.errors)")
    let other = try Program.run("serve", "--data", data, environment: ["ADYTON_TLS_KEY": file("a.pem")])
    #expect(other.status == 2 && other.errors.contains("--tls-key needs --tls-certificate"), "\(other.errors)")
  }

  @Test func wrongFilesAreNamed() throws {
    let own = try SelfSignedCertificate()
    try own.write(certificate: file("server.pem"), key: file("key.pem"))
    try SelfSignedCertificate().write(certificate: file("other.pem"), key: file("other-key.pem"))
    for (certificate, key, named, problem) in [
      ("missing.pem", "key.pem", "missing.pem", "can't be read"), ("key.pem", "key.pem", "key.pem", "no certificate"),
      ("server.pem", "server.pem", "server.pem", "no private key"),
      ("server.pem", "other-key.pem", "other-key.pem", "does not belong to the first certificate"),
    ] {
      let output = try Program.run(
        "serve", "--data", data, "--tls-certificate", file(certificate), "--tls-key", file(key))
      #expect(output.status == 1)
      #expect(output.errors.contains(file(named)) && output.errors.contains(problem), "\(output.errors)")
    }
  }

  @Test(arguments: ["localhost", "10.0.0.0/33", "10.0.0.0/8,,::1", ""])
  func wrongProxiesAreRefused(_ text: String) throws {
    let output = try Program.run("serve", "--data", data, "--trusted-proxy", text)
    #expect(output.status == 2)
    #expect(output.errors.contains("--trusted-proxy must be addresses"), "\(output.errors)")
  }
}
