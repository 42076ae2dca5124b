import AdsAPI
import ArgumentParser
import Login
import Metadata

extension Role: ExpressibleByArgument {}

/// The client that a command is about.
struct ClientOption: ParsableArguments {
  @Option(name: .customLong("client"), help: ArgumentHelp("The id of the client.", valueName: "client"))
  var id: String
}

/// A person in an account.
struct MemberOptions: ParsableArguments {
  @Option(help: "The e-mail address of the person.")
  var email: String

  @Option(help: "The id of the account.")
  var account: String
}

/// A person who is to be a member of an account.
struct NewMemberOptions: ParsableArguments {
  @OptionGroup var member: MemberOptions

  @Option(help: "The name of the person.")
  var name: String

  @Option(help: "The role of the person in the account.")
  var role: Role
}

/// Links that people open in a browser.
struct LinkOptions: ParsableArguments {
  @OptionGroup var publicURL: PublicURLOption

  /// The base of links where nothing else is set: a server with its default host and port.
  private static let defaultBase = "http://127.0.0.1:8080"

  func url(token: String) throws -> String {
    let base = try publicURL.value ?? Self.defaultBase
    return (base.hasSuffix("/") ? String(base.dropLast()) : base) + OneTimeLinkAddress.path(token: token)
  }
}
