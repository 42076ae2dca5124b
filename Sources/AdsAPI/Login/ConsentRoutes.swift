import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// The consent page of Login with Amazon: `/ap/oa`.
struct ConsentRoutes {
  let consent: ConsentService
  let signIn: SignIn
  let forms: SealedForms
  let regions: Regions
  let secrets: any SecretGenerator
  let publicURLs: PublicURLs
  let clock: any WallClock

  static let cookieName = "adyton_login"
  /// The largest size of a form, in bytes.
  static let bodySizeLimit = 64 * 1024

  func add(to routes: Routes) {
    routes.public("showConsent") { request in try await redirectingRefusals { try await begin(request) } }
    routes.public("giveConsent") { request in try await redirectingRefusals { try await go(on: request) } }
  }

  // MARK: Steps

  /// Shows the application and its request, and asks the user to sign in.
  private func begin(_ request: PublicRequest) async throws -> Response {
    let asked = try await consent.request(AuthorizationParameters(request.query.pairs))
    // A second page in the same browser must not make the first one useless.
    let browser = Self.browser(of: request) ?? secrets.secret()
    let form = ConsentForm(
      id: secrets.secret(), request: asked, userID: nil, browser: browser, madeAt: clock.now)
    var response = try await signInPage(form).response()
    // Where browsers reach the server over TLS, the cookie must not be sent without it.
    response.setCookie(
      Cookie(
        name: Self.cookieName, value: browser, path: "/ap/oa", secure: publicURLs.isSecure(for: request.context),
        httpOnly: true, sameSite: .lax))
    return response
  }

  private func go(on request: PublicRequest) async throws -> Response {
    let fields = try await request.form(limit: Self.bodySizeLimit)
    guard let form = forms.open(fields["form"] ?? "", browser: Self.browser(of: request), at: clock.now) else {
      throw RequestError.formNoLongerGood
    }
    switch (fields["step"], form.userID) {
    case ("signIn", nil): return try await signIn(form, fields, request)
    case ("allow", .some(let userID)): return try await allow(form, userID: userID, fields, request)
    case (_, _): throw RequestError.formNoLongerGood
    }
  }

  private func signIn(
    _ form: ConsentForm, _ fields: [String: String], _ request: PublicRequest
  ) async throws -> Response {
    let emailAddress = fields["email"] ?? ""
    do {
      let user = try await signIn.signIn(
        emailAddress: emailAddress, password: fields["password"] ?? "", from: request.context.clientNetwork,
        at: clock.now)
      request.context.parties.note(clientID: form.request.clientID, userID: user.id)
      var next = form
      next.userID = user.id
      next.madeAt = clock.now
      return try await decisionPage(next, userID: user.id, region: region(of: request)).response()
    } catch let error as LoginRefusal {
      return try await signInPage(form, emailAddress: emailAddress, problem: error.message).response(to: error)
    }
  }

  private func allow(
    _ form: ConsentForm, userID: String, _ fields: [String: String], _ request: PublicRequest
  ) async throws -> Response {
    let region = region(of: request)
    request.context.parties.note(clientID: form.request.clientID, userID: userID)
    do {
      let code = try await consent.allow(
        form.request, form: ConsentService.Form(id: form.id, expiresAt: form.expiresAt), userID: userID,
        acceptsTerms: fields["terms"] == "accepted", region: region,
        outside: regions.visibleRegion(of: request.http).map { Marketplace.ids(outside: $0) } ?? [], at: clock.now)
      var parameters = [("code", code), ("scope", form.request.scopes.text)]
      if let state = form.request.state { parameters.append(("state", state)) }
      return Self.redirect(
        to: try Self.returnURL(of: form.request).adding(parameters.map { (name: $0.0, value: $0.1) }))
    } catch LoginRefusal.usedForm {
      throw RequestError.formNoLongerGood
    } catch LoginRefusal.termsNotAccepted {
      var page = try await decisionPage(
        form, userID: userID, region: region, problem: LoginRefusal.termsNotAccepted.message)
      page.status = LoginRefusal.termsNotAccepted.status
      return page.response()
    }
  }

  // MARK: Pages

  private func signInPage(
    _ form: ConsentForm, emailAddress: String = "", problem: String? = nil
  ) async throws -> Page {
    ConsentPages.signIn(
      try await consent.application(of: form.request), form.request, form: try forms.seal(form),
      denial: try Self.denial(of: form.request), emailAddress: emailAddress, problem: problem)
  }

  private func decisionPage(
    _ form: ConsentForm, userID: String, region: Region, problem: String? = nil
  ) async throws -> Page {
    ConsentPages.decide(
      try await consent.application(of: form.request),
      try await consent.signatory(userID: userID, region: region), form.request, form: try forms.seal(form),
      denial: try Self.denial(of: form.request), region: region, returnURL: try Self.returnURL(of: form.request),
      problem: problem)
  }

  /// The URL for a user who denies. It grants nothing, so a plain link is enough.
  private static func denial(of request: AuthorizationRequest) throws -> String {
    let refusal = AuthorizationRefusal.redirect(
      code: .accessDenied, reason: "The user said no.", to: try returnURL(of: request), state: request.state)
    return url(of: refusal) ?? ""
  }

  // MARK: Ways back

  /// Reports errors of a request to the client, if the return URL is known to be its own.
  private func redirectingRefusals(_ work: () async throws -> Response) async throws -> Response {
    do {
      return try await work()
    } catch let refusal as AuthorizationRefusal {
      guard let url = Self.url(of: refusal) else { throw refusal }
      return Self.redirect(to: url)
    }
  }

  private static func url(of refusal: AuthorizationRefusal) -> String? {
    guard case .redirect(let code, let reason, let url, let state) = refusal else { return nil }
    var parameters = [(name: "error", value: code.rawValue), (name: "error_description", value: reason)]
    if let state { parameters.append((name: "state", value: state)) }
    return url.adding(parameters)
  }

  private static func returnURL(of request: AuthorizationRequest) throws -> ReturnURL {
    guard let url = ReturnURL(text: request.redirectURI) else { throw RequestError.formNoLongerGood }
    return url
  }

  private static func redirect(to url: String) -> Response {
    var fields: HTTPFields = [.location: url, .cacheControl: "no-store"]
    if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "no-referrer" }
    return Response(status: .seeOther, headers: fields)
  }

  // MARK: Requests

  private func region(of request: PublicRequest) -> Region {
    regions.region(of: request.http) ?? UserTerms.defaultRegion
  }

  /// The value of the browser's cookie; nil if there is none of ours.
  private static func browser(of request: PublicRequest) -> String? {
    request.http.cookies[cookieName].map(\.value).flatMap { IdentifierShape.accepts($0) ? $0 : nil }
  }
}
