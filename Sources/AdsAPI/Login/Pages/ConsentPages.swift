import Login
import Metadata

/// The two pages of a consent: the sign-in, and the question whether the application may act for the user.
enum ConsentPages {
  /// - Parameter denial: The URL for a user who denies.
  static func signIn(
    _ application: ConsentService.Application, _ request: AuthorizationRequest, form: String, denial: String,
    emailAddress: String = "", problem: String? = nil
  ) -> Page {
    let content: HTML = """
      <p>\(name(application)) asks for access to your Amazon Marketing Cloud accounts here. Sign in to see what it asks
      for and to decide.</p>
      \(scopes(request.scopes))
      \(Page.problem(problem))
      <form method="post" action="/ap/oa">
      <input type="hidden" name="form" value="\(form)">
      <label>E-mail address
      <input type="email" name="email" value="\(emailAddress)" autocomplete="username" maxlength="254" required></label>
      <label>Password
      <input type="password" name="password" autocomplete="current-password" required></label>
      <div class="actions"><button name="step" value="signIn">Sign in</button>
      <a class="button second" href="\(denial)">Cancel</a></div>
      </form>
      <p class="note">Your password goes to this clean room only, never to the application.</p>
      """
    return Page(title: "Sign in", content: content)
  }

  static func decide(
    _ application: ConsentService.Application, _ signatory: ConsentService.Signatory, _ request: AuthorizationRequest,
    form: String, denial: String, region: Region, returnURL: ReturnURL, problem: String? = nil
  ) -> Page {
    let accounts = signatory.accounts.map { account in
      "<li>\(account.accountName), as \(account.role.rawValue)\(words(of: account.onboarding))</li>" as HTML
    }
    let terms: HTML =
      signatory.hasAcceptedTerms ? "" : Page.terms(UserTerms.paragraphs, region: region.rawValue)
    let content: HTML = """
      <p>You are signed in as \(signatory.name) (\(signatory.emailAddress)).</p>
      \(scopes(request.scopes))
      <h2>In these accounts</h2>
      <ul>\(accounts.isEmpty ? "<li>You are a member of no account yet.</li>" : HTML(joining: accounts))</ul>
      \(Page.problem(problem))
      <form method="post" action="/ap/oa">
      <input type="hidden" name="form" value="\(form)">
      \(terms)
      <div class="actions"><button name="step" value="allow">Allow</button>
      <a class="button second" href="\(denial)">Deny</a></div>
      </form>
      <p class="note">You will be sent back to \(returnURL.origin).</p>
      """
    // A return URL may redirect further, and browsers check the whole chain against the policy of the form.
    return Page(
      title: "Allow \(application.name)?", content: content,
      formTarget: returnURL.isSecure ? "https:" : returnURL.origin)
  }

  private static func name(_ application: ConsentService.Application) -> HTML {
    guard let company = application.company, company != application.name else {
      return "<strong>\(application.name)</strong>"
    }
    return "<strong>\(application.name)</strong> of \(company)"
  }

  private static func words(of onboarding: ConsentService.Signatory.Onboarding) -> HTML {
    switch onboarding {
    case .completed: ""
    case .awaitsUser: " – you created it: if you allow this, its onboarding is completed"
    case .awaitsCreator: " – it can be used when the user who created it has completed its onboarding"
    }
  }

  private static func scopes(_ scopes: Scopes) -> HTML {
    let items = Scope.allCases.filter(scopes.contains).map { "<li>\(words(of: $0))</li>" as HTML }
    return "<h2>The application could</h2><ul>\(HTML(joining: items))</ul>"
  }

  private static func words(of scope: Scope) -> String {
    switch scope {
    case .campaignManagement:
      "see your instances, run queries and read their reports, make audiences and use them in campaigns"
    case .audiences: "bring data of yours: upload data sets, and send members of audiences"
    }
  }
}
