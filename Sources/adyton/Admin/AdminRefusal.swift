import Activation
import CleanRoom
import Login

/// The texts of refusals for operators, with the command that shows what there is.
enum AdminRefusal {
  /// The text; nil for an error that is no refusal.
  static func text(of error: any Error) -> String? {
    switch error {
    case CleanRoomError.unknownInstance: unknown("instance")
    case CleanRoomError.accountForbidden, LoginRefusal.unknownAccount: unknown("account")
    case CleanRoomError.unknownDestination: unknown("destination")
    case LoginRefusal.unknownClient: unknown("client")
    case LoginRefusal.unknownUser:
      "There is no user of that address. `adyton admin user list` shows those that there are."
    case let error as CleanRoomError: error.message
    case let error as LoginRefusal: error.message
    default: nil
    }
  }

  private static func unknown(_ noun: String) -> String {
    "There is no \(noun) of that id. `adyton admin \(noun) list` shows those that there are."
  }
}
