import Activation
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata
import Migration

/// Takes one handler for each operation of `endpoints.tsv`. There is no other way to the router, so handlers are
/// reached only by requests that are authorised as the table says.
///
///     routes.instance("getSchedule") { request in
///       let schedule = try await schedules.schedule(id: request.path("scheduleId"), instanceID: request.instance.id)
///       return try request.respond(with: ScheduleResponse(schedule))
///     }
///
/// The name of the method is the subject that the handler receives. It has to match the operation's line in the table.
/// `finish` reports every mismatch when a server starts.
final class Routes {
  typealias Handler<Subject: AuthorizationSubject> =
    @Sendable (AuthorizedRequest<Subject>) async throws -> Response

  private let endpoints: [String: Endpoint]
  private let authorizer: Authorizer
  private var operations: [String: AnsweredOperations.Operation] = [:]
  private var leftOut: Set<String> = []
  private var problems: [String] = []

  init(_ endpoints: [String: Endpoint], authorizer: Authorizer) {
    self.endpoints = endpoints
    self.authorizer = authorizer
  }

  // MARK: Handlers

  /// Takes the handler of an operation on the caller's own things.
  func caller(_ operation: String, _ handler: @escaping Handler<CallerSubject>) { add(operation, handler) }

  /// Takes the handler of an operation on an account.
  func account(_ operation: String, _ handler: @escaping Handler<AccountRecord>) { add(operation, handler) }

  /// Takes the handler of an operation on an instance.
  func instance(_ operation: String, _ handler: @escaping Handler<InstanceRecord>) { add(operation, handler) }

  /// Takes the handler of an operation on a profile and its account.
  func profile(_ operation: String, _ handler: @escaping Handler<SponsoredScope>) { add(operation, handler) }

  /// Takes the handler of an operation on an advertiser of Amazon DSP.
  func dspAdvertiser(_ operation: String, _ handler: @escaping Handler<DSPScope>) {
    add(operation, handler)
  }

  /// Takes the handler of a public operation, which the table has to declare public as well.
  func `public`(_ operation: String, _ handler: @escaping @Sendable (PublicRequest) async throws -> Response) {
    open(operation, to: .everybody, handler)
  }

  /// Takes the handler of an operation at the operator's address.
  func `operator`(_ operation: String, _ handler: @escaping @Sendable (PublicRequest) async throws -> Response) {
    open(operation, to: .operator, handler)
  }

  private func open(
    _ operation: String, to role: Endpoint.Role,
    _ handler: @escaping @Sendable (PublicRequest) async throws -> Response
  ) {
    guard let endpoint = declared(operation, as: [.nothing]) else { return }
    guard endpoint.role == role else {
      problems.append(
        "the handler of \(operation) is for \(role.rawValue), and endpoints.tsv has \(endpoint.role.rawValue)")
      return
    }
    operations[operation] = AnsweredOperations.Operation(endpoint: endpoint) { [limiter = authorizer.limiter] in
      try limiter.admit(network: $1.clientNetwork, operation: operation)
      return try await handler(PublicRequest(http: $0, context: $1))
    }
  }

  /// Leaves out operations that this server does not have. Their paths are unknown.
  func leaveOut(_ operations: String...) {
    for operation in operations where declared(operation, as: Set(Endpoint.Subject.allCases)) != nil {
      leftOut.insert(operation)
    }
  }

  private func add<Subject: AuthorizationSubject>(_ operation: String, _ handler: @escaping Handler<Subject>) {
    guard let endpoint = declared(operation, as: Subject.declarations) else { return }
    operations[operation] = AnsweredOperations.Operation(endpoint: endpoint) { [authorizer] request, context in
      let authorized: AuthorizedRequest<Subject>
      do {
        authorized = try await authorizer.authorize(request, context, for: endpoint)
      } catch let error as AuthenticationError {
        try authorizer.limiter.countRefusal(network: context.clientNetwork)
        throw error
      }
      return try await handler(authorized)
    }
  }

  /// The declaration of an operation without a handler, if it is about one of the subjects.
  private func declared(_ operation: String, as subjects: Set<Endpoint.Subject>) -> Endpoint? {
    guard let endpoint = endpoints[operation] else {
      problems.append("\(operation) is not in endpoints.tsv")
      return nil
    }
    guard operations[operation] == nil, !leftOut.contains(operation) else {
      problems.append("\(operation) has more than one handler")
      return nil
    }
    guard subjects.contains(endpoint.subject) else {
      let fitting = subjects.map(\.name).sorted().joined(separator: " or ")
      problems.append("the handler of \(operation) is for \(fitting), and endpoints.tsv has \(endpoint.subject.name)")
      return nil
    }
    return endpoint
  }

  // MARK: The end

  /// Handlers and table do not match.
  struct Mismatch: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { "Routes: \(problems.joined(separator: "; "))." }
  }

  /// The operations with their handlers.
  ///
  /// - Throws: `Mismatch` with every problem: an operation without a handler, or with two; a handler without an
  ///   operation, or for another subject.
  func finish() throws(Mismatch) -> AnsweredOperations {
    let missing = Set(endpoints.keys).subtracting(operations.keys).subtracting(leftOut)
    let found = problems + missing.sorted().map { "\($0) has no handler" }
    guard found.isEmpty else { throw Mismatch(problems: found) }
    return AnsweredOperations(
      operations: operations.values.sorted { $0.endpoint.operation < $1.endpoint.operation })
  }
}

/// The operations of a server with their handlers. Only `Routes` makes one.
struct AnsweredOperations: Sendable {
  fileprivate struct Operation: Sendable {
    let endpoint: Endpoint
    let respond: @Sendable (Request, APIRequestContext) async throws -> Response
  }

  /// A server that answers nothing.
  static let nothing = AnsweredOperations(operations: [])

  fileprivate let operations: [Operation]

  /// The methods that a path answers with 405 when it does not have them.
  private static let commonMethods: [HTTPRequest.Method] =
    [.get, .post, .put, .patch, .delete, .options, .trace, .connect]
    + ["QUERY", "PROPFIND", "SEARCH"].compactMap { HTTPRequest.Method($0) }

  /// The operations as `METHOD /path`, in order.
  var names: [String] { operations.map { "\($0.endpoint.method) \($0.endpoint.path)" }.sorted() }

  /// Answers the requests of clients, those of the retired API too.
  func responder(
    retired: RetiredAPI, settings: APISettings, metrics: ServerMetrics
  ) -> some HTTPResponder<APIRequestContext> {
    let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestOriginMiddleware(proxies: settings.trustedProxies, isSecure: settings.tls != nil))
    router.add(middleware: RequestMetricsMiddleware(metrics: metrics, endpoints: operations.map(\.endpoint)))
    router.add(middleware: RequestLogMiddleware())
    if !settings.allowedOrigins.isEmpty { router.add(middleware: OriginMiddleware(origins: settings.allowedOrigins)) }
    router.add(middleware: HeadMiddleware())
    router.add(middleware: CompressionMiddleware())
    router.add(middleware: ReadingMiddleware(isStrict: settings.isStrict))
    router.add(middleware: ErrorMiddleware())
    router.add(middleware: HostMiddleware())
    router.add(middleware: RetiredMiddleware(retired: retired))
    add(operations.filter { $0.endpoint.role != .operator }, to: router)
    return router.buildResponder()
  }

  /// Answers requests at the operator's address, which has the operator's operations alone.
  func operatorResponder() -> some HTTPResponder<APIRequestContext> {
    let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestLogMiddleware())
    router.add(middleware: HeadMiddleware())
    router.add(middleware: CompressionMiddleware())
    router.add(middleware: ErrorMiddleware())
    add(operations.filter { $0.endpoint.role == .operator }, to: router)
    return router.buildResponder()
  }

  private func add(_ operations: [Operation], to router: Router<APIRequestContext>) {
    for operation in operations {
      let endpoint = operation.endpoint
      router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context -> Response in
        do {
          return try await operation.respond(request, context)
        } catch {
          return try endpoint.errors.response(to: error, request: request, context, own: endpoint.mediaTypes.own)
        }
      }
    }
    addMethodNotAllowed(of: operations, to: router)
  }

  /// A known path answers every method, if only with the list of its own.
  private func addMethodNotAllowed(of operations: [Operation], to router: Router<APIRequestContext>) {
    for (path, endpoints) in Dictionary(grouping: operations.map(\.endpoint), by: \.path) {
      let methods = Set(endpoints.map(\.method))
      let all = methods.contains(.get) ? methods.union([.head]) : methods
      let error = RequestError.methodNotAllowed(allowed: all.map(\.rawValue).sorted())
      for method in Self.commonMethods + [.head] where !all.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in throw error }
      }
    }
  }
}
