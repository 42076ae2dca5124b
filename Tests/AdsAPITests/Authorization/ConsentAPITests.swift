import AdsAPI
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// A user's steps through the consent page.
@Suite(.hangLimit)
struct ConsentAPITests {
  private static let password = "correct horse battery"
  private static let emailAddress = "ada@example.com"
  private static let formType = "application/x-www-form-urlencoded"

  private func server(_ options: TestServer.Options = .init()) async throws -> TestServer {
    let server = try await TestServer(
      options, configure: { dependencies, _ in dependencies.passwordCost = TestServer.cheapPasswords })
    try await server.components.login.setReturnURLs(
      [TestServer.returnURL], clientID: server.credentials.clientID, at: server.clock.now)
    _ = try await server.addUser(
      Self.emailAddress, [Fixtures.setup.accountID: .admin], password: Self.password)
    return server
  }

  private func encoded(_ fields: [(String, String)]) -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    return fields.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
      .joined(separator: "&")
  }

  private func query(_ server: TestServer, _ changes: [String: String?] = [:]) -> String {
    let usual: [(String, String?)] = [
      ("client_id", server.credentials.clientID), ("scope", "advertising::campaign_management"),
      ("response_type", "code"), ("redirect_uri", TestServer.returnURL), ("state", "a b&c=\"<d>"),
    ]
    let fields = usual.compactMap { name, value in (changes[name] ?? value).map { (name, $0) } }
    return "/ap/oa?" + encoded(fields)
  }

  /// A browser: keeps the cookie and the hidden field of the last form.
  private struct Browser {
    let client: APIClient
    var cookie = ""
    var form = ""

    mutating func take(_ answer: Answer) {
      if let cookie = answer.headers[.setCookie] { self.cookie = String(cookie.prefix { $0 != ";" }) }
      if let match = answer.body.firstMatch(of: #/name="form" value="([^"]+)"/#) { form = String(match.1) }
    }
  }

  private func open(_ server: TestServer, _ client: APIClient) async throws -> Browser {
    var browser = Browser(client: client)
    browser.take(try await client.send(.get, query(server)))
    return browser
  }

  private func post(
    _ browser: Browser, _ step: String, _ fields: [(String, String)] = [], cookie: String? = nil
  ) async throws -> Answer {
    try await browser.client.send(
      .post, "/ap/oa", body: encoded([("form", browser.form), ("step", step)] + fields),
      headers: ["Content-Type": Self.formType, "Cookie": cookie ?? browser.cookie])
  }

  private func signIn(_ browser: Browser, _ password: String = password) async throws -> Answer {
    try await post(browser, "signIn", [("email", Self.emailAddress), ("password", password)])
  }

  private func parameters(_ location: String) throws -> [String: String] {
    let items = try #require(URLComponents(string: location)).queryItems ?? []
    return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
  }

  @Test(arguments: Door.allCases)
  func aUserLetsAnApplicationIn(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      var browser = try await open(server, client)
      let asked = try await signIn(browser)
      #expect(asked.status == 200)
      #expect(asked.body.contains("Adyton Demo, as admin"))
      #expect(asked.body.contains("name=\"terms\""))
      browser.take(asked)
      // The terms come first, once.
      let refused = try await post(browser, "allow")
      #expect(refused.status == 422)
      browser.take(refused)
      let back = try await post(browser, "allow", [("terms", "accepted")])
      #expect(back.status == 303)
      let location = try #require(back.headers[.location])
      #expect(location.hasPrefix(TestServer.returnURL + "?code="))
      let parameters = try parameters(location)
      #expect(parameters["state"] == "a b&c=\"<d>")
      #expect(parameters["scope"] == "advertising::campaign_management")
      let token = try await client.send(
        .post, "/auth/o2/token",
        body: encoded([
          ("grant_type", "authorization_code"), ("code", parameters["code"] ?? ""),
          ("redirect_uri", TestServer.returnURL), ("client_id", server.credentials.clientID),
          ("client_secret", server.credentials.clientSecret),
        ]), headers: ["Content-Type": Self.formType])
      #expect(token.status == 200, "\(token.body)")
      #expect(token.text("token_type") == "bearer")
      var own = client
      own.token = token.text("access_token")
      #expect(try await own.account(.get, "/amc/accounts")["amcAccounts"].elements.count == 1)
      // Nothing secret is in the log.
      for secret in [parameters["code"] ?? "", own.token, Self.password, browser.form, Self.emailAddress] {
        #expect(!secret.isEmpty && !server.log.text.contains(secret))
      }
      var again = try await open(server, client)
      let second = try await signIn(again)
      #expect(!second.body.contains("name=\"terms\""))
      again.take(second)
      #expect(try await post(again, "allow").status == 303)
    }
  }

  @Test(arguments: Door.allCases)
  func aFormLetsAnApplicationInOnce(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      var browser = try await open(server, client)
      browser.take(try await signIn(browser))
      // A refusal does not use it up.
      #expect(try await post(browser, "allow").status == 422)
      #expect(try await post(browser, "allow", [("terms", "accepted")]).status == 303)
      for _ in 1...2 {
        let again = try await post(browser, "allow", [("terms", "accepted")])
        #expect(again.status == 403)
        #expect(again.errorCode == "form_no_longer_good")
        #expect(again.headers[.location] == nil)
      }
      // Nor after its code was revoked with the client's tokens, or after a restart: the store knows.
      _ = try await server.components.store.write {
        try $0.revokeTokens(clientID: server.credentials.clientID, userID: nil, at: server.clock.now)
      }
      #expect(try await post(browser, "allow").status == 403)
      // Another page is another form.
      var next = try await open(server, client)
      next.take(try await signIn(next))
      #expect(try await post(next, "allow").status == 303)
    }
  }

  @Test(arguments: Door.allCases)
  func consentPagesAreProtected(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      let page = try await client.send(.get, query(server))
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
      #expect(policy.contains("form-action 'self'; frame-ancestors 'none'"))
      #expect(page.headers[.cacheControl] == "no-store")
      let names = ["Referrer-Policy", "X-Frame-Options"].compactMap { HTTPField.Name($0) }
      #expect(names.map { page.headers[$0] } == ["no-referrer", "DENY"])
      let cookie = try #require(page.headers[.setCookie])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
      #expect(!page.body.contains("<d>"))
      #expect(!page.body.contains("<script"))
      // The way to say no is a link with the error of the standard.
      let link = try #require(page.body.firstMatch(of: #/href="([^"]+)"/#)).1.replacing("&amp;", with: "&")
      let parameters = try parameters(String(link))
      #expect(parameters["error"] == "access_denied")
      #expect(parameters["state"] == "a b&c=\"<d>")
    }
  }

  @Test(arguments: Door.allCases)
  func formsAreBoundToTheirBrowser(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      var browser = try await open(server, client)
      #expect(try await post(browser, "allow").errorCode == "form_no_longer_good")
      for cookie in ["", "adyton_login=other"] {
        let answer = try await post(
          browser, "signIn", [("email", Self.emailAddress), ("password", Self.password)], cookie: cookie)
        #expect(answer.status == 403)
        #expect(answer.errorCode == "form_no_longer_good")
      }
      var forged = browser
      forged.form = "AAAA" + browser.form.dropFirst(4)
      #expect(try await signIn(forged).errorCode == "form_no_longer_good")
      browser.take(try await signIn(browser))
      server.clock.advance(bySeconds: 600)
      #expect(try await post(browser, "allow", [("terms", "accepted")]).errorCode == "form_no_longer_good")
    }
  }

  @Test(arguments: Door.allCases)
  func wrongPasswordsAreCounted(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      let browser = try await open(server, client)
      for _ in 0..<SignInLimits().triesPerUser {
        let answer = try await signIn(browser, "wrong")
        #expect(answer.status == 403)
        #expect(answer.errorCode == "wrong_credentials")
      }
      let answer = try await signIn(browser)
      #expect(answer.status == 429)
      #expect(answer.headers[.retryAfter] == "900")
    }
  }

  /// The changes of the request, and the client's error, or nil for a page.
  static let refusals: [(changes: [String: String?], error: String?)] = [
    (["client_id": nil], nil), (["client_id": "unknown"], nil), (["redirect_uri": nil], nil),
    (["redirect_uri": "https://app.example.com/back/"], nil), (["redirect_uri": "https://evil.example.com/"], nil),
    (["redirect_uri": "https://app.example.com/back?x=1"], nil), (["response_type": nil], "invalid_request"),
    (["response_type": "token"], "unsupported_response_type"), (["scope": nil], "invalid_scope"),
    (["scope": "profile"], "invalid_scope"), (["scope": " "], "invalid_scope"),
  ]

  @Test(arguments: Door.allCases)
  func refusalsRedirectToKnownURLsOnly(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.send(.get, query(server, refusal.changes))
        guard let error = refusal.error else {
          #expect(answer.status == 400, "\(refusal.changes)")
          #expect(answer.headers[.location] == nil, "\(refusal.changes)")
          #expect(answer.errorCode == "invalid_client_or_return_url")
          continue
        }
        #expect(answer.status == 303, "\(refusal.changes)")
        let parameters = try parameters(try #require(answer.headers[.location]))
        #expect(parameters["error"] == error, "\(refusal.changes)")
        #expect(parameters["state"] == "a b&c=\"<d>")
      }
      let twice = try await client.send(.get, query(server) + "&redirect_uri=https%3A%2F%2Fevil.example.com")
      #expect(twice.status == 400)
      let challenge = try await client.send(.get, query(server) + "&code_challenge=short&code_challenge_method=S256")
      let location = try #require(challenge.headers[.location])
      #expect(try parameters(location)["error"] == "invalid_request")
    }
  }

  @Test func namesAreEscaped() async throws {
    let server = try await server()
    let client = try await server.components.login.registerClient(
      name: "<b>x</b>\"'&", returnURLs: [TestServer.returnURL], at: server.clock.now)
    try await server.run(.router) { api in
      let page = try await api.send(.get, query(server, ["client_id": client.clientID]))
      #expect(page.body.contains("&lt;b&gt;x&lt;/b&gt;&quot;&#39;&amp;"))
      #expect(!page.body.contains("<b>"))
    }
  }
}
