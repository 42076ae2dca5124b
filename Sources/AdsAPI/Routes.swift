import HTTPTypes
import Hummingbird
import Migration

/// All routes of the server, area by area.
struct Routes: Sendable {
  let login: LoginRoutes
  let signIn: SignInRoutes
  let administration: AdministrationRoutes
  let reporting: ReportingRoutes
  let dataUpload: DataUploadRoutes
  let audiences: AudienceRoutes
  let lookalikes: LookalikeRoutes
  let terms: TermsRoutes
  let connections: ConnectionRoutes
  let streamedAudiences: StreamedAudienceRoutes
  let audienceRecords: AudienceRecordRoutes
  let activation: ActivationRoutes
  /// nil for a server whose clock nobody moves: the path is unknown there.
  let clock: ClockRoutes?
  let health: HealthRoutes
  let retired: RetiredAPI

  /// The methods that a path answers with 405 when it does not have them.
  private static let commonMethods: [HTTPRequest.Method] =
    [.get, .post, .put, .patch, .delete, .options, .trace, .connect]
    + ["QUERY", "PROPFIND", "SEARCH"].compactMap { HTTPRequest.Method($0) }

  func router() -> Router<APIRequestContext> {
    let router = routerOfOperations()
    addMethodNotAllowed(to: router)
    return router
  }

  /// The operations as `METHOD /path`, in order.
  var answered: [String] {
    routerOfOperations().routes.map { "\($0.method.rawValue) \($0.path.description)" }.sorted()
  }

  private func routerOfOperations() -> Router<APIRequestContext> {
    let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestLogMiddleware())
    router.add(middleware: HeadMiddleware())
    router.add(middleware: ErrorMiddleware(bodies: GeneralErrors()))
    router.add(middleware: RetiredMiddleware(retired: retired))
    login.add(to: router)
    signIn.add(to: router)
    administration.add(to: router)
    reporting.add(to: router)
    dataUpload.add(to: router)
    audiences.add(to: router)
    lookalikes.add(to: router)
    terms.add(to: router)
    connections.add(to: router)
    streamedAudiences.add(to: router)
    audienceRecords.add(to: router)
    activation.add(to: router)
    clock?.add(to: router)
    health.add(to: router)
    return router
  }

  /// A path that is there answers every method, if only by naming those that it has.
  private func addMethodNotAllowed(to router: Router<APIRequestContext>) {
    let methodsByPath = Dictionary(grouping: router.routes) { $0.path.description }
    for (path, routes) in methodsByPath {
      let methods = Set(routes.map(\.method))
      var allowed = methods.map(\.rawValue)
      if methods.contains(.get) { allowed.append(HTTPRequest.Method.head.rawValue) }
      let error = RequestError.methodNotAllowed(allowed: allowed.sorted())
      let missing = Self.commonMethods + (methods.contains(.get) ? [] : [.head])
      for method in missing where !methods.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in throw error }
      }
    }
  }
}
