import Activation
import AdvertiserData
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// A request that is authorised. Only an `Authorizer` makes one, and handlers take nothing else: no handler is reached
/// without authorisation, and none checks it again.
struct AuthorizedRequest<Subject: AuthorizationSubject>: IncomingRequest {
  let http: Request
  let context: APIRequestContext
  let endpoint: Endpoint
  /// The caller.
  let principal: Principal
  /// The subject of the request, in which the principal has a role.
  let subject: Subject
  let mediaType: MediaType
  fileprivate let pageTokens: PageTokens

  fileprivate init(
    _ request: Request, _ context: APIRequestContext, _ endpoint: Endpoint, principal: Principal, subject: Subject,
    mediaType: MediaType, pageTokens: PageTokens
  ) {
    http = request
    self.context = context
    self.endpoint = endpoint
    self.principal = principal
    self.subject = subject
    self.mediaType = mediaType
    self.pageTokens = pageTokens
  }
}

/// Decides whether a request is authorised, as `endpoints.tsv` declares its operation.
struct Authorizer: Sendable {
  /// The largest number of characters of a client id.
  static let clientIDLengthLimit = 256

  let login: LoginService
  let instances: InstanceService
  let directory: ProfileDirectory
  let terms: TermsService
  let regions: Regions
  let limiter: RateLimiter
  let pageTokens: PageTokens
  let clock: any WallClock
  /// The simulation of the server, which may fail requests; nil without one.
  var simulation: SimulationService?

  /// Checks, in this order: the client's id; its token and scope; its rate; whether its user may use such an operation
  /// anywhere; what it accepts; whether it may use the operation on the subject; and whether it has accepted the terms.
  ///
  /// - Throws: `RequestError`, `AuthenticationError` or `CleanRoomError`, which name the problem.
  func authorize<Subject: AuthorizationSubject>(
    _ request: Request, _ context: APIRequestContext, for endpoint: Endpoint
  ) async throws -> AuthorizedRequest<Subject> {
    guard let intent = endpoint.role.intent, let scope = endpoint.scope else { throw RequestError.missingAuthorization }
    let clientID = try clientID(of: request, for: endpoint)
    let identity = try await login.authenticate(
      accessToken: try request.headers.bearerToken(), clientID: clientID, scope: scope, at: clock.now)
    context.parties.note(clientID: clientID, userID: identity.userID)
    try limiter.admit(clientID: clientID, operation: endpoint.operation)
    // The server's own operations stay reliable, so that a test can always change the simulation.
    if !endpoint.path.hasPrefix("/adyton/"), let fault = simulation?.nextFault() {
      throw SimulatedFault.error(of: fault)
    }
    let principal = Principal(
      clientID: clientID, userID: identity.userID, intent: intent, region: regions.visibleRegion(of: request))
    try await instances.requireRole(of: principal)
    let mediaType = try endpoint.mediaTypes.choose(for: request.headers[.accept])
    let subject = try await Subject.authorized(
      SubjectQuery(
        headers: request.headers, query: QueryParameters(request.uri), context: context,
        declaration: endpoint.subject, principal: principal),
      by: self)
    context.parties.note(instanceID: subject.loggedInstanceID)
    if endpoint.requiresTerms { try await terms.requireAccepted(clientID: clientID) }
    return AuthorizedRequest(
      request, context, endpoint, principal: principal, subject: subject, mediaType: mediaType,
      pageTokens: pageTokens)
  }

  /// The client that the request names. The newer operations have their own header; each of the two headers is accepted
  /// where the other one is missing.
  private func clientID(of request: Request, for endpoint: Endpoint) throws(RequestError) -> String {
    var name = HTTPField.Name.clientID
    if endpoint.subject == .dspAdvertiser {
      if request.headers[.adsClientID] != nil || request.headers[.clientID] == nil { name = .adsClientID }
    } else if request.headers.names(.adsClientID, insteadOf: .clientID) {
      name = .adsClientID
    }
    let clientID = try request.headers.required(name)
    guard clientID.utf8.count <= Self.clientIDLengthLimit else {
      throw .malformedHeader(name.rawName, reason: "is too long.")
    }
    return clientID
  }
}

// MARK: Lists

extension AuthorizedRequest {
  /// The page of the list that the request asks for.
  ///
  /// - Parameters:
  ///   - token: The token of the page; nil for the first one.
  ///   - filters: Further properties of the list. A token is valid for the same list only.
  func page(limit: Int, token: String?, filters: [String] = []) throws(RequestError) -> ListPage {
    let scope = PageTokens.Scope(
      operation: endpoint.operation, clientID: principal.clientID, subject: subject.listIdentity + filters)
    return try ListPage(limit: limit, token: token, tokens: pageTokens, scope: scope)
  }

  /// The page that the query asks for with `nextToken`, which clients send empty for the first page, and a limit.
  func page(_ limitName: String = "limit", filters: [String] = []) throws(RequestError) -> ListPage {
    let limit = try query.integer(limitName, in: 1...ListPage.usualLimit, default: ListPage.usualLimit)
    return try page(limit: limit, token: try query.filledString("nextToken"), filters: filters)
  }
}
