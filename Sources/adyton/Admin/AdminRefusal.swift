import Activation
import CleanRoom
import Login

/// The texts of refusals for operators, with the command that shows what there is.
enum AdminRefusal {
  /// The text; nil for an error that is no refusal.
  static func text(of error: any Error) -> String? {
    switch error {
    case CleanRoomError.unknownInstance: unknown("instance")
    case CleanRoomError.accountForbidden: unknown("account")
    case let error as CleanRoomError: error.message
    case let error as DestinationService.Failure: message(of: error)
    case let error as SubscriptionService.Failure: message(of: error)
    case let error as UserError: message(of: error)
    case let error as ClientError: message(of: error)
    case let error as InvitationError: error.message
    default: nil
    }
  }

  private static func unknown(_ noun: String) -> String {
    "There is no \(noun) of that id. `adyton admin \(noun) list` shows those that there are."
  }

  private static func message(of failure: DestinationService.Failure) -> String {
    switch failure {
    case .unknownInstance: unknown("instance")
    case .unknownDestination: unknown("destination")
    case .unknownAudience: "There is no audience of that id."
    case .invalidBucket: "A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens."
    case .invalidPrefix: "The prefix can't be the beginning of a key."
    case .placeTaken: "Another destination has that bucket and prefix."
    case .otherInstance: "The audience is of another instance than the destination."
    case .notConnected: "The audience does not go to the destination."
    }
  }

  private static func message(of failure: SubscriptionService.Failure) -> String {
    switch failure {
    case .unknownInstance: return unknown("instance")
    case .unknownFeature(let nearest):
      let hint = nearest.map { "Did you mean `\($0)`?" } ?? "`adyton admin feature list` shows those that there are."
      return "There is no paid feature of that name. \(hint)"
    case .sandbox: return "The instance is a sandbox, which has all paid features."
    }
  }

  private static func message(of error: UserError) -> String {
    switch error {
    case .unfitEmailAddress: InvitationError.unfitEmailAddress.message
    case .unfitName: InvitationError.unfitName.message
    case .unknownUser: "There is no user of that address. `adyton admin user list` shows those that there are."
    case .unknownAccount: unknown("account")
    case .notAMember: "The user is not a member of that account."
    case .lastAdmin: "This is the account's last admin. Make somebody else one first."
    case .accountIsOnboarded: "The account's onboarding is completed already."
    }
  }

  private static func message(of error: ClientError) -> String {
    switch error {
    case .unknownClient: unknown("client")
    case .companyTaken: "The company has a client already: one is what a company has."
    case .unfitReturnURL:
      "A return URL is https://…, or http:// on this machine itself, without a fragment, a user and spaces."
    case .tooManyReturnURLs: "A client has at most \(LoginService.returnURLLimit) return URLs."
    }
  }
}
