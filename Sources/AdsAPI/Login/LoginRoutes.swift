import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login

/// Login with Amazon: `POST /auth/o2/token`, and `POST /auth/o2/revoke` as RFC 7009 has it.
struct LoginRoutes: Sendable {
  let login: LoginService
  let clock: any WallClock

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group().add(middleware: ErrorMiddleware(bodies: LoginErrors()))
      .post("/auth/o2/token") { request, _ in try await self.token(request) }
      .post("/auth/o2/revoke") { request, _ in try await self.revoke(request) }
  }

  private func token(_ request: Request) async throws -> Response {
    let form = try LoginRequests.tokenRequest(
      headers: request.headers, body: try await BodyReader.data(of: request))
    let grant = try await login.grant(form, at: clock.now)
    var response = try Response.json(LoginResponses.Token(grant))
    // RFC 6749, section 5.1: what holds tokens is not to be kept by anyone on the way.
    response.headers[.cacheControl] = "no-store"
    return response
  }

  private func revoke(_ request: Request) async throws -> Response {
    let (token, credentials) = try LoginRequests.revocation(
      headers: request.headers, body: try await BodyReader.data(of: request))
    try await login.revoke(
      token: token, clientID: credentials.clientID, clientSecret: credentials.clientSecret, at: clock.now)
    return Response(status: .ok, headers: [.cacheControl: "no-store"])
  }
}
