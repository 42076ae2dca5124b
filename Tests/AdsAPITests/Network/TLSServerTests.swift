@testable import AdsAPI
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import ServerTestSupport
import TestSupport
import Testing

/// A server that speaks TLS itself, and real clients.
@Suite(.hangLimit) struct TLSServerTests {
  private let folder: TemporaryFolder
  private let files: TLSFiles
  private let certificate: SelfSignedCertificate

  init() throws {
    folder = try TemporaryFolder()
    files = TLSFiles(certificate: folder.file("server.pem"), key: folder.file("key.pem"))
    certificate = try SelfSignedCertificate()
    try certificate.write(certificate: files.certificate, key: files.key)
  }

  private func server(handshakeLimit: Duration = .seconds(10)) async throws -> TestServer {
    let files = files
    return try await TestServer(configure: { dependencies, _ in
      dependencies.apiSettings.tls = try TLSCertificate(
        files, handshakeLimit: handshakeLimit, logger: dependencies.logger)
    })
  }

  /// Runs the server, and the body with its port.
  private func run(_ server: TestServer, _ body: @Sendable (Int) async throws -> Void) async throws {
    try await LiveServer.run(logger: server.log.logger) { listens in
      server.components.application(host: "localhost", port: 0, logger: server.log.logger, onServerRunning: listens)
    } _: { client in
      try await body(client.port)
    }
  }

  /// Runs the body with a client that trusts this certificate alone.
  private func with<Result>(
    clientTrusting trusted: SelfSignedCertificate, version: HTTPClient.Configuration.HTTPVersion = .automatic,
    _ body: (HTTPClient) async throws -> Result
  ) async throws -> Result {
    var configuration = HTTPClient.Configuration()
    configuration.httpVersion = version
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trusted.certificate.utf8)))
    configuration.tlsConfiguration = tls
    // A connection that stays is one that was not dropped.
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let result = try await body(client)
      try await client.shutdown()
      return result
    } catch {
      try await client.shutdown()
      throw error
    }
  }

  private func get(_ client: HTTPClient, _ port: Int, _ headers: [(String, String)] = []) async throws -> (
    status: UInt, version: String, body: String
  ) {
    var request = HTTPClientRequest(url: "https://localhost:\(port)/\(headers.isEmpty ? "health" : "amc/instances")")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let response = try await client.execute(request, timeout: .minutes(Int64(HangLimit.minutes)))
    let body = try await response.body.collect(upTo: 1 << 20)
    return (response.status.code, response.version.description, String(buffer: body))
  }

  @Test func clientsSpeakTheNewestProtocolThatTheyKnow() async throws {
    let server = try await server()
    try await run(server) { port in
      let newest = try await with(clientTrusting: certificate) { try await get($0, port) }
      #expect(newest.status == 200 && newest.version == "HTTP/2.0", "\(newest)")
      #expect(newest.body.contains("ok"))
      let older = try await with(clientTrusting: certificate, version: .http1Only) { try await get($0, port) }
      #expect(older.status == 200 && older.version == "HTTP/1.1", "\(older)")
    }
  }

  @Test func theServersOwnURLsAreSecure() async throws {
    let server = try await server()
    let token = try await server.components.login.grant(server.request(for: server.credentials), at: server.clock.now)
    try await run(server) { port in
      let answer = try await with(clientTrusting: certificate) { client in
        try await get(
          client, port,
          [
            ("Amazon-Advertising-API-ClientId", server.credentials.clientID),
            ("Authorization", "Bearer \(token.accessToken)"),
            ("Amazon-Advertising-API-AdvertiserId", Fixtures.setup.accountID),
            ("Amazon-Advertising-API-MarketplaceId", Fixtures.setup.marketplaceID),
          ])
      }
      #expect(
        answer.body.contains("https:\\/\\/localhost:\(port)") || answer.body.contains("https://localhost:\(port)"))
    }
    #expect(server.log.text.contains(#""address":""#))
  }

  /// The open connection belongs to a client that does not trust the new certificate: it would fail if it had to
  /// connect again.
  @Test func aNewCertificateIsUsedAndNoConnectionIsDropped() async throws {
    let server = try await server()
    let next = try SelfSignedCertificate()
    try await run(server) { port in
      for version in [HTTPClient.Configuration.HTTPVersion.automatic, .http1Only] {
        try certificate.write(certificate: files.certificate, key: files.key)
        try await with(clientTrusting: certificate, version: version) { open in
          #expect(try await get(open, port).status == 200)
          try next.write(certificate: files.certificate, key: files.key)
          #expect(try await with(clientTrusting: next, version: version) { try await get($0, port).status } == 200)
          #expect(try await get(open, port).status == 200)
          await #expect(throws: (any Error).self) {
            try await with(clientTrusting: certificate, version: version) { try await get($0, port).status }
          }
        }
      }
    }
  }

  @Test func filesThatCannotBeUsedChangeNothing() async throws {
    let server = try await server()
    try await run(server) { port in
      try "nothing".write(toFile: files.certificate, atomically: true, encoding: .utf8)
      #expect(try await with(clientTrusting: certificate) { try await get($0, port).status } == 200)
      try FileManager.default.removeItem(atPath: files.certificate)
      #expect(try await with(clientTrusting: certificate) { try await get($0, port).status } == 200)
    }
    #expect(
      server.log.text.contains("tls_certificate_not_pem") && server.log.text.contains("tls_certificate_unreadable"))
  }

  @Test func aClientThatSaysNothingIsLetGo() async throws {
    let server = try await server(handshakeLimit: .milliseconds(20))
    try await run(server) { port in
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "localhost", port: port).get()
      try await channel.closeFuture.get()
    }
  }

  @Test func plainHTTPIsNoAnswer() async throws {
    let server = try await server()
    try await run(server) { port in
      let client = HTTPClient(eventLoopGroupProvider: .singleton)
      await #expect(throws: (any Error).self) {
        try await client.execute(HTTPClientRequest(url: "http://localhost:\(port)/health"), timeout: .minutes(1))
      }
      try await client.shutdown()
    }
  }
}
