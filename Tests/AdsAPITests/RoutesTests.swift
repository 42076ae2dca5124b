import Activation
@testable import AdsAPI
import CleanRoom
import Hummingbird
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Table and handlers fit together, or a server does not start.
@Suite(.hangLimit)
struct RoutesTests {
  private func routes(_ server: TestServer) throws -> Routes {
    let store = server.components.store
    let authorizer = Authorizer(
      login: server.components.login, instances: server.components.instances,
      directory: ProfileDirectory(store: store), terms: server.components.terms, regions: Regions(configured: nil),
      limiter: RateLimiter(limits: [:], clock: server.clock),
      pageTokens: PageTokens(key: .init(repeating: 7, count: 32)),
      clock: server.clock)
    let endpoints = try EndpointTable.load().filter { ["getSchedule", "listAmcAccounts", "health"].contains($0.key) }
    return Routes(endpoints, authorizer: authorizer)
  }

  @Test func everyOperationOfTheTableHasAHandlerThatFits() async throws {
    // A server does not come to be otherwise.
    _ = try await TestServer(hasMovableClock: true)
  }

  @Test func whatFitsIsTaken() async throws {
    let routes = try routes(try await TestServer())
    routes.instance("getSchedule") { try $0.respond() }
    routes.caller("listAmcAccounts") { try $0.respond() }
    routes.public("health") { _ in Response(status: .ok) }
    #expect(try routes.finish().names.count == 3)
  }

  @Test func allThatDoesNotFitIsNamed() async throws {
    let routes = try routes(try await TestServer())
    // Undeclared; for another subject; public by the handler alone; twice; none for the third operation.
    routes.instance("getSchedules") { try $0.respond() }
    routes.account("getSchedule") { try $0.respond() }
    routes.public("listAmcAccounts") { _ in Response(status: .ok) }
    routes.public("health") { _ in Response(status: .ok) }
    routes.public("health") { _ in Response(status: .ok) }
    let error = try #require(throws: Routes.Mismatch.self) { try routes.finish() }
    #expect(
      error.problems == [
        "getSchedules is not in endpoints.tsv",
        "the handler of getSchedule is for account or ads_account, and endpoints.tsv has instance",
        "the handler of listAmcAccounts is for no subject, and endpoints.tsv has caller",
        "health has more than one handler", "getSchedule has no handler", "listAmcAccounts has no handler",
      ])
  }

  @Test func whatIsLeftOutNeedsNoHandlerAndTakesNone() async throws {
    let routes = try routes(try await TestServer())
    routes.leaveOut("getSchedule", "listAmcAccounts")
    routes.instance("getSchedule") { try $0.respond() }
    routes.public("health") { _ in Response(status: .ok) }
    let error = try #require(throws: Routes.Mismatch.self) { try routes.finish() }
    #expect(error.problems == ["getSchedule has more than one handler"])
  }
}
