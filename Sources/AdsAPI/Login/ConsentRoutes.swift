import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Login
import Metadata

/// The consent page of Login with Amazon: `/ap/oa`.
struct ConsentRoutes: Sendable {
  let consent: ConsentService
  let signIn: SignIn
  let forms: SealedForms
  let regions: Regions
  let secrets: any SecretGenerator
  /// Whether browsers reach the server over TLS, so that its cookie may go no other way.
  let isSecure: Bool
  let clock: any WallClock

  static let cookieName = "adyton_login"
  /// The most bytes of a form.
  static let bodySizeLimit = 64 * 1024

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/ap/oa").add(middleware: PageErrorMiddleware())
      .get { request, _ in try await self.redirectingRefusals { try await self.begin(request) } }
      .post { request, context in try await self.redirectingRefusals { try await self.go(on: request, context) } }
  }

  // MARK: Steps

  /// Shows who asks for what, and asks who is there.
  private func begin(_ request: Request) async throws -> Response {
    let asked = try await consent.request(AuthorizationParameters(FormFields.parse(request.uri.query ?? "")))
    // A second page in the same browser must not make the first one useless.
    let browser = Self.cookie(of: request) ?? secrets.secret()
    let form = ConsentForm(request: asked, userID: nil, browser: browser, madeAt: clock.now)
    var response = try await signInPage(form).response()
    response.headers[.setCookie] =
      "\(Self.cookieName)=\(browser); Path=/ap/oa; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    return response
  }

  private func go(on request: Request, _ context: APIRequestContext) async throws -> Response {
    let fields = try await Self.fields(of: request)
    guard let form = forms.open(fields["form"] ?? "", browser: Self.cookie(of: request), at: clock.now) else {
      throw RequestError.formNoLongerGood
    }
    switch (fields["step"], form.userID) {
    case ("signIn", nil): return try await signIn(form, fields, from: context.remoteAddress, request)
    case ("allow", .some(let userID)): return try await allow(form, userID: userID, fields, request)
    case (_, _): throw RequestError.formNoLongerGood
    }
  }

  private func signIn(
    _ form: ConsentForm, _ fields: [String: String], from address: String?, _ request: Request
  ) async throws -> Response {
    let emailAddress = fields["email"] ?? ""
    do {
      let user = try await signIn.signIn(
        emailAddress: emailAddress, password: fields["password"] ?? "", from: address, at: clock.now)
      var next = form
      next.userID = user.id
      next.madeAt = clock.now
      return try await decisionPage(next, userID: user.id, region: region(of: request)).response()
    } catch let error as SignInError {
      var page = try await signInPage(form, emailAddress: emailAddress, problem: error.message)
      page.status = error.status
      var response = page.response()
      response.headers.append(contentsOf: error.headers)
      response.headers[.errorType] = error.code
      return response
    }
  }

  private func allow(
    _ form: ConsentForm, userID: String, _ fields: [String: String], _ request: Request
  ) async throws -> Response {
    let region = region(of: request)
    do {
      let code = try await consent.allow(
        form.request, userID: userID, acceptsTerms: fields["terms"] == "accepted", region: region, at: clock.now)
      var parameters = [("code", code), ("scope", form.request.scopes.text)]
      if let state = form.request.state { parameters.append(("state", state)) }
      return Self.redirect(
        to: try Self.returnURL(of: form.request).adding(parameters.map { (name: $0.0, value: $0.1) }))
    } catch LinkError.termsNotAccepted {
      var page = try await decisionPage(
        form, userID: userID, region: region, problem: LinkError.termsNotAccepted.message)
      page.status = LinkError.termsNotAccepted.status
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

  /// Where a user goes who says no: nothing is given, so that a plain link will do.
  private static func denial(of request: AuthorizationRequest) throws -> String {
    let refusal = AuthorizationRefusal.redirect(
      code: .accessDenied, reason: "The user said no.", to: try returnURL(of: request), state: request.state)
    return address(of: refusal) ?? ""
  }

  // MARK: Ways back

  /// Tells the client what is wrong with its request, where the way back to it is known to be its own.
  private func redirectingRefusals(_ work: () async throws -> Response) async throws -> Response {
    do {
      return try await work()
    } catch let refusal as AuthorizationRefusal {
      guard let address = Self.address(of: refusal) else { throw refusal }
      return Self.redirect(to: address)
    }
  }

  private static func address(of refusal: AuthorizationRefusal) -> String? {
    guard case .redirect(let code, let reason, let url, let state) = refusal else { return nil }
    var parameters = [(name: "error", value: code.rawValue), (name: "error_description", value: reason)]
    if let state { parameters.append((name: "state", value: state)) }
    return url.adding(parameters)
  }

  private static func returnURL(of request: AuthorizationRequest) throws -> ReturnURL {
    guard let url = ReturnURL(text: request.redirectURI) else { throw RequestError.formNoLongerGood }
    return url
  }

  private static func redirect(to address: String) -> Response {
    var fields: HTTPFields = [.location: address, .cacheControl: "no-store"]
    if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "no-referrer" }
    return Response(status: .seeOther, headers: fields)
  }

  // MARK: Requests

  private func region(of request: Request) -> Region { regions.region(of: request) ?? UserTerms.defaultRegion }

  /// The fields of a form; of one that is there more than once, the first.
  static func fields(of request: Request) async throws -> [String: String] {
    let data = try await BodyReader.data(of: request, limit: bodySizeLimit)
    return Dictionary(FormFields.parse(String(decoding: data, as: UTF8.self)).map { ($0.name, $0.value) }) { first, _ in
      first
    }
  }

  private static func cookie(of request: Request) -> String? {
    for header in request.headers[values: .cookie] {
      for pair in header.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, parts[0] == cookieName, IdentifierShape.accepts(parts[1]) { return parts[1] }
      }
    }
    return nil
  }
}
