import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// Where one-time links lead to.
package enum OneTimeLinkAddress {
  static let folder = "/account/links"

  /// The path of a link on the server.
  package static func path(token: String) -> String { "\(folder)/\(token)" }
}

/// One-time links, as the operator hands them out: `/account/links/{token}`. Whoever has the link may use it, once; there is
/// no cookie, so that nothing can be done in anybody's name.
struct LinkRoutes: Sendable {
  let links: LinkService
  let regions: Regions
  let clock: any WallClock

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group(RouterPath(OneTimeLinkAddress.folder)).add(middleware: PageErrorMiddleware())
      .get("{token}") { request, context in try await self.show(request, context) }
      .post("{token}") { request, context in try await self.follow(request, context) }
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let region = region(of: request)
    let target = try await links.target(token: context.pathParameter("token"), region: region, at: clock.now)
    return LinkPages.form(target, region: region).response()
  }

  private func follow(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let token = context.pathParameter("token")
    let region = region(of: request)
    let target = try await links.target(token: token, region: region, at: clock.now)
    let fields = try await ConsentRoutes.fields(of: request)
    let answer = LinkService.Answer(
      password: fields["password"] ?? "", repeatedPassword: fields["again"] ?? "",
      acceptsTerms: fields["terms"] == "accepted")
    do {
      try await links.follow(token: token, answer, region: region, from: context.remoteAddress, at: clock.now)
      return LinkPages.done(target).response()
    } catch let error as any APIError where (error as? LinkError) != .unknownLink {
      var page = LinkPages.form(target, region: region, problem: error.details)
      page.status = error.status
      var response = page.response()
      response.headers.append(contentsOf: error.headers)
      response.headers[.errorType] = error.code
      return response
    }
  }

  private func region(of request: Request) -> Region { regions.region(of: request) ?? UserTerms.defaultRegion }
}
