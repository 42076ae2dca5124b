import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// Who makes a request.
struct Caller: Sendable {
  let principal: Principal

  var clientID: String { principal.clientID }
}

/// What every request of a client passes first: its client id, its token and what that is good for, its rate, and whether
/// its user may change anything at all.
struct Gate: Sendable {
  let login: LoginService
  let instances: InstanceService
  let regions: Regions
  let limiter: RateLimiter
  let clock: any WallClock

  /// Lets a request in, or throws what names the header that is missing or wrong.
  func admit(_ request: Request, to operation: Operation) async throws -> Caller {
    let clientID = try request.headers.required(.clientID)
    guard clientID.utf8.count <= Self.clientIDLengthLimit else {
      throw RequestError.malformedHeader(HTTPField.Name.clientID.rawName, reason: "is too long.")
    }
    let token = try request.headers.bearerToken()
    let identity = try await login.authenticate(
      accessToken: token, clientID: clientID, scope: operation.scope, at: clock.now)
    try limiter.admit(clientID: clientID, operation: operation)
    let principal = Principal(
      clientID: clientID, userID: identity.userID, intent: operation.intent, region: regions.region(of: request))
    try await instances.requireRole(of: principal)
    return Caller(principal: principal)
  }

  /// The most characters of a client id.
  static let clientIDLengthLimit = 256
}

extension APIRequestContext {
  /// A part of the path that a route has named.
  func pathParameter(_ name: String) -> String {
    parameters.get(name) ?? ""
  }
}
