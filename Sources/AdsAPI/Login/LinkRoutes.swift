import Base
import CleanRoom
import Hummingbird
import Login
import Metadata

/// Where one-time links lead to.
package enum OneTimeLinkURL {
  /// The path of a link on the server.
  package static func path(token: String) -> String { "/account/links/\(token)" }
}

/// One-time links, as the operator hands them out: `/account/links/{token}`. Whoever has the link may use it, once;
/// there is no cookie, so that nothing can be done in anybody's name.
struct LinkRoutes {
  let links: LinkService
  let regions: Regions
  let clock: any WallClock

  func add(to routes: Routes) {
    routes.public("showLink") { request in
      let region = region(of: request)
      let target = try await links.target(token: request.path("token"), region: region, at: clock.now)
      return LinkPages.form(target, region: region).response()
    }
    routes.public("followLink", follow)
  }

  private func follow(_ request: PublicRequest) async throws -> Response {
    let token = request.path("token")
    let region = region(of: request)
    let target = try await links.target(token: token, region: region, at: clock.now)
    let fields = try await request.form(limit: ConsentRoutes.bodySizeLimit)
    let answer = LinkService.Answer(
      password: fields["password"] ?? "", repeatedPassword: fields["again"] ?? "",
      acceptsTerms: fields["terms"] == "accepted")
    do {
      try await links.follow(
        token: token, answer, region: region, from: request.context.remoteAddress, at: clock.now)
      return LinkPages.done(target).response()
    } catch let error as any APIError where (error as? LinkError) != .unknownLink {
      return LinkPages.form(target, region: region, problem: error.details).response(to: error)
    }
  }

  private func region(of request: PublicRequest) -> Region {
    regions.region(of: request.http) ?? UserTerms.defaultRegion
  }
}
