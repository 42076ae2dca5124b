import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login

/// Login with Amazon: `POST /auth/o2/token`, and `POST /auth/o2/revoke` as RFC 7009 has it.
struct LoginRoutes {
  let login: LoginService
  let limiter: RateLimiter
  let clock: any WallClock

  func add(to routes: Routes) {
    routes.public("token") { request in
      let form = try LoginRequests.tokenRequest(
        headers: request.headers, body: try await BodyReader.data(of: request.http))
      let grant = try await login.grant(form, at: clock.now) { try limiter.admit(clientID: $0, operation: "token") }
      request.context.parties.note(clientID: form.clientID)
      var response = try Response.json(Self.token(grant, namesScopes: form.scope != nil))
      // RFC 6749, section 5.1: responses with tokens must not be cached.
      response.headers[.cacheControl] = "no-store"
      return response
    }
    routes.public("revokeToken") { request in
      let (token, credentials) = try LoginRequests.revocation(
        headers: request.headers, body: try await BodyReader.data(of: request.http))
      try await login.revoke(
        token: token, clientID: credentials.clientID, clientSecret: credentials.clientSecret, at: clock.now
      ) { try limiter.admit(clientID: $0, operation: "revokeToken") }
      request.context.parties.note(clientID: credentials.clientID)
      return Response(status: .ok, headers: [.cacheControl: "no-store"])
    }
  }

  /// - Parameter namesScopes: Whether the request named scopes: the response then says which of them the token has
  ///   (RFC 6749, section 5.1).
  private static func token(_ grant: TokenGrant, namesScopes: Bool) -> JSONObject {
    [
      "access_token": grant.accessToken,
      "refresh_token": grant.refreshToken,
      "token_type": "bearer",
      "expires_in": grant.expiresIn,
      "scope": namesScopes ? grant.scopes.text : nil,
    ]
  }
}

extension LoginError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .invalidClient: .unauthorized
    case .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope: .badRequest
    }
  }

  var details: String { message }

  var headers: HTTPFields {
    switch self {
    case .invalidClient: [.wwwAuthenticate: "Basic", .cacheControl: "no-store"]
    case .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope: [.cacheControl: "no-store"]
    }
  }
}
