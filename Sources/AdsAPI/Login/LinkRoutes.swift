import Base
import CleanRoom
import Hummingbird
import Login
import Metadata

/// The URLs of one-time links.
package enum OneTimeLinkURL {
  /// The path of a link on the server.
  package static func path(token: String) -> String { "/account/links/\(token)" }
}

/// One-time links, which the operator hands out: `/account/links/{token}`. Anyone who has the link may use it, once.
/// There is no cookie, so nothing can be done in somebody else's name.
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
    let form = LinkService.Form(
      password: fields["password"] ?? "", repeatedPassword: fields["again"] ?? "",
      acceptsTerms: fields["terms"] == "accepted")
    do {
      try await links.follow(
        token: token, form, region: region, from: request.context.clientNetwork, at: clock.now)
      return LinkPages.done(target).response()
    } catch let error as any APIError where (error as? LoginRefusal) != .unknownLink {
      return LinkPages.form(target, region: region, problem: error.details).response(to: error)
    }
  }

  private func region(of request: PublicRequest) -> Region {
    regions.region(of: request.http) ?? UserTerms.defaultRegion
  }
}
