import Synchronization

/// Who a request comes from and what it is about, as far as the server has checked it: for the line of the log, which
/// the first middleware writes. What a client only claims is not noted.
final class RequestParties: Sendable {
  struct Values: Sendable, Hashable {
    var clientID: String?
    var userID: String?
    var instanceID: String?
  }

  private let noted = Mutex(Values())

  var values: Values { noted.withLock { $0 } }

  /// Notes what has been checked. What is nil here stays as it was.
  func note(clientID: String? = nil, userID: String? = nil, instanceID: String? = nil) {
    noted.withLock { values in
      values.clientID = clientID ?? values.clientID
      values.userID = userID ?? values.userID
      values.instanceID = instanceID ?? values.instanceID
    }
  }
}
