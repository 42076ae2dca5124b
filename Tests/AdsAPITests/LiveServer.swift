import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import TestSupport

/// A server on a port of its own, for as long as a test runs.
///
/// HummingbirdTesting has such a server as well, whose client gives up when an answer takes longer than 20 seconds. A
/// test must not depend on how busy the machine is, so this one waits until the limit for hangs.
enum LiveServer {
  /// The server ended before it listened.
  struct NotStarted: Error {}

  /// Runs `body` with a client of the server that `makeApplication` gives; it has to call the closure that it gets with
  /// its port when it listens.
  static func run(
    logger: Logger, makeApplication: (@escaping @Sendable (Int) async -> Void) -> any Service,
    _ body: @Sendable (LiveClient) async throws -> Void
  ) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = makeApplication { number in port.yield(number) }
    let services = ServiceGroup(services: [application], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { port.finish() }
        try await services.run()
      }
      let result: Result<Void, any Error>
      do {
        guard let number = await ports.first(where: { _ in true }) else { throw NotStarted() }
        let client = LiveClient(port: number)
        do {
          try await body(client)
          result = .success(())
        } catch {
          result = .failure(error)
        }
        await client.close()
      } catch {
        result = .failure(error)
      }
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      try result.get()
    }
  }
}

/// A client with one connection, which is opened again where the server has closed it.
actor LiveClient {
  nonisolated let port: Int
  private var connection: TestClient?

  init(port: Int) { self.port = port }

  /// Sends the request as it is, and waits for the whole answer.
  func execute(
    uri: String, method: HTTPRequest.Method, headers: HTTPFields, body: ByteBuffer?
  ) async throws -> TestClient.Response {
    var headers = headers
    headers[.connection] = "keep-alive"
    return try await open().execute(
      TestClient.Request(uri, method: method, authority: "localhost", headers: headers, body: body))
  }

  func close() async {
    try? await connection?.shutdown()
    connection = nil
  }

  private func open() async throws -> TestClient {
    if let connection {
      if try await connection.getChannel().isActive { return connection }
      await close()
    }
    let new = TestClient(
      host: "localhost", port: port, configuration: .init(timeout: .seconds(60 * HangLimit.minutes)))
    connection = new
    new.connect()
    return new
  }
}
