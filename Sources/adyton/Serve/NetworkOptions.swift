import AdsAPI
import ArgumentParser
import Base
import Foundation
import Logging

/// TLS in the server itself.
struct TLSOptions: ParsableArguments {
  @Option(
    help: """
      The certificate for TLS, followed by those of its issuers, in PEM (ADYTON_TLS_CERTIFICATE). A file that changes is \
      read again for the next connection.
      """)
  var tlsCertificate = Setting("ADYTON_TLS_CERTIFICATE")

  @Option(help: "The key of the certificate, in PEM and without a passphrase (ADYTON_TLS_KEY).")
  var tlsKey = Setting("ADYTON_TLS_KEY")

  func validate() throws {
    _ = try files
  }

  /// nil for a server that speaks plain HTTP.
  var files: TLSFiles? {
    get throws {
      let (certificate, key) = (try tlsCertificate.value, try tlsKey.value)
      switch (certificate.isEmpty, key.isEmpty) {
      case (true, true): return nil
      case (false, false): return TLSFiles(certificate: certificate, key: key)
      case (true, false): throw ValidationError("--tls-key needs --tls-certificate (ADYTON_TLS_CERTIFICATE).")
      case (false, true): throw ValidationError("--tls-certificate needs --tls-key (ADYTON_TLS_KEY).")
      }
    }
  }

  /// The certificate; nil without TLS.
  func certificate(logger: Logger) throws -> TLSCertificate? {
    do {
      return try files.map { try TLSCertificate($0, logger: logger) }
    } catch let error as TLSFileError {
      throw CommandFailure.refused(error.description)
    }
  }
}

/// The proxies before the server.
struct ProxyOptions: ParsableArguments {
  @Option(
    name: .customLong("trusted-proxy"),
    help: """
      An address, or addresses such as 10.0.0.0/8, of proxies whose X-Forwarded-For, X-Forwarded-Proto and Forwarded \
      count; more than once or with commas for more of them (ADYTON_TRUSTED_PROXIES).
      """)
  var given: [String] = []

  func validate() throws {
    _ = try proxies
  }

  var proxies: TrustedProxies {
    get throws {
      let isGiven = !given.isEmpty
      let texts = isGiven ? given : Environment.text("ADYTON_TRUSTED_PROXIES").map { [$0] } ?? []
      let entries = texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
      return TrustedProxies(
        try entries.map { entry in
          guard let range = NetworkRange(entry.trimmingCharacters(in: .whitespaces)) else {
            throw ValidationError(
              "\(isGiven ? "--trusted-proxy" : "ADYTON_TRUSTED_PROXIES") must be addresses such as 10.0.0.0/8 or ::1.")
          }
          return range
        })
    }
  }
}

/// The address at which a server tells its metrics.
struct MetricsOptions: ParsableArguments {
  @Option(
    help: """
      The port for GET /metrics, which needs no token: keep it from everybody else. Without it there are no metrics \
      (ADYTON_METRICS_PORT).
      """)
  var metricsPort = OptionalSetting<Int>("ADYTON_METRICS_PORT")

  @Option(help: "The address at which the server listens for it (ADYTON_METRICS_HOST).")
  var metricsHost = Environment.text("ADYTON_METRICS_HOST") ?? "127.0.0.1"

  func validate() throws {
    _ = try address
  }

  var address: (host: String, port: Int)? {
    get throws {
      let port = try metricsPort.value("--metrics-port", "from 0 to 65535") { (0...65_535).contains($0) }
      return port.map { (metricsHost, $0) }
    }
  }
}
