import HTTPTypes
import Login
import Metadata

/// The pages behind one-time links: an invitation to accept, a password to choose.
enum LinkPages {
  static func form(_ target: LinkService.Target, region: Region, problem: String? = nil) -> Page {
    let terms: HTML = target.hasAcceptedTerms ? "" : Page.terms(UserTerms.paragraphs, region: region.rawValue)
    let content: HTML = """
      \(introduction(target))
      \(Page.problem(problem))
      <form method="post">
      \(terms)
      \(passwords(target))
      <div class="actions"><button>\(target.role == nil ? "Set the password" : "Accept the invitation")</button></div>
      </form>
      """
    return Page(title: target.role == nil ? "Choose a password" : "Join \(target.accountName ?? "")", content: content)
  }

  private static func introduction(_ target: LinkService.Target) -> HTML {
    guard let role = target.role else { return "<p>A new password for \(target.emailAddress).</p>" }
    let may =
      switch role {
      case .admin: "As an admin you may do everything there, and invite others."
      case .viewer: "As a viewer you may look at everything there, and change nothing."
      }
    return "<p>\(target.userName), you are invited to join <strong>\(target.accountName ?? "")</strong>. \(may)</p>"
  }

  private static func passwords(_ target: LinkService.Target) -> HTML {
    guard !target.asksForPresentPassword else {
      return """
        <p>There is a user with the address \(target.emailAddress) already: sign in.</p>
        <label>Password
        <input type="password" name="password" autocomplete="current-password" required></label>
        """
    }
    let shortest = String(SignIn.passwordLength.lowerBound)
    return """
      <p class="note">You will sign in as \(target.emailAddress), with a password of at least \(shortest)
      characters.</p>
      <input type="email" name="email" value="\(target.emailAddress)" autocomplete="username" hidden readonly>
      <label>Password
      <input type="password" name="password" autocomplete="new-password" minlength="\(shortest)" required></label>
      <label>The same password again
      <input type="password" name="again" autocomplete="new-password" minlength="\(shortest)" required></label>
      """
  }

  static func done(_ target: LinkService.Target) -> Page {
    let content: HTML =
      target.role == nil
      ? "<p>Your password is set. Applications that acted for you have to ask again.</p>"
      : """
      <p>You are a member of <strong>\(target.accountName ?? "")</strong>. Applications can ask you for access
      now.</p>
      """
    return Page(title: "Done", content: content)
  }
}
