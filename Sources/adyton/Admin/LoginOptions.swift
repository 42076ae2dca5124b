import AdsAPI
import ArgumentParser
import Foundation
import Login
import Metadata

/// Who a command is about.
struct MemberOptions: ParsableArguments {
  @Option(help: "The person's e-mail address.")
  var email: String

  @Option(help: "The account's id.")
  var account: String
}

/// Where the links of the server lead.
struct LinkOptions: ParsableArguments {
  @Option(help: "Where people reach the server (ADYTON_PUBLIC_URL).")
  var publicURL = Environment.text("ADYTON_PUBLIC_URL") ?? "http://127.0.0.1:8080"

  func url(token: String) -> String {
    (publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL) + OneTimeLinkURL.path(token: token)
  }

  func validate() throws {
    guard URL(string: publicURL)?.host() != nil else {
      throw ValidationError("--public-url must be a URL such as https://amc.example.com.")
    }
  }
}

extension AdminOptions {
  /// Runs `work` on the store of the folder; what the login refuses ends the command with its text.
  func withLogin(_ work: (MetadataStore) async throws -> Void) async throws {
    try await withStore { store in
      do {
        try await work(store)
      } catch let error as UserError {
        throw CommandFailure.refused(Self.text(of: error))
      } catch let error as ClientError {
        throw CommandFailure.refused(Self.text(of: error))
      } catch let error as InvitationError {
        throw CommandFailure.refused(error.message)
      }
    }
  }

  private static func text(of error: UserError) -> String {
    switch error {
    case .unfitEmailAddress: InvitationError.unfitEmailAddress.message
    case .unfitName: InvitationError.unfitName.message
    case .unknownUser: "There is no user of that address. `adyton admin user list` shows those that there are."
    case .unknownAccount: "There is no account of that id. `adyton admin account list` shows those that there are."
    case .notAMember: "The user is not a member of that account."
    case .lastAdmin: "This is the account's last admin. Make somebody else one first."
    }
  }

  private static func text(of error: ClientError) -> String {
    switch error {
    case .unknownClient: "There is no client of that id. `adyton admin client list` shows those that there are."
    case .companyTaken: "The company has a client already: one is what a company has."
    case .unfitReturnURL:
      "A return URL is https://…, or http:// on this machine itself, without a fragment, a user and spaces."
    case .tooManyReturnURLs: "A client has at most \(LoginService.returnURLLimit) return URLs."
    }
  }
}
