/// The rules of refreshes, implemented a second time from their description, in whole seconds since a start. The
/// simulation compares the clean room with it.
struct RefreshModel {
  static let day = 86_400
  static let hour = 3_600

  /// One audience, as its owner and the campaigns treat it.
  struct Audience {
    var isDSP: Bool
    var isRelative: Bool
    var rate: Int
    /// The time of its creation, or of its change after a failure.
    var asked: Int
    /// The line items that use it now, and when the last one stopped that no longer does.
    var lineItems: Set<String> = []
    var lastUseEnd: Int?
    var state = State.new

    // The state since its first success.
    var lastGoodTurn = 0
    var lastGoodEnd = 0
    var memberCount = 0
    var lastDuration = 0
    var failedTurn: Int?
    var retryTime = 0
    var failureCount = 0
  }

  enum State { case new, failed, alive, deactivated }

  var audiences: [String: Audience] = [:]

  // MARK: The rules

  /// The days between two refreshes at a time; nil for none.
  static func daysBetween(_ audience: Audience, at time: Int) -> Int? {
    if audience.rate == 0 { return nil }
    if !audience.lineItems.isEmpty { return audience.rate }
    var days = audience.rate
    if audience.isDSP {
      let idle = time - max(audience.asked, audience.lastUseEnd ?? audience.asked)
      if idle >= 100 * day { return nil }
      if idle >= 30 * day { days = max(days, 7) } else if idle >= 14 * day { days = max(days, 2) }
    }
    if !audience.isRelative, time - audience.asked >= 30 * day { days = max(days, 7) }
    if audience.lastDuration > 4 * hour { days = max(days, 2) }
    return days
  }

  /// The turn that is due at a time; nil where none is.
  static func dueTurn(_ audience: Audience, at time: Int) -> Int? {
    guard audience.state == .alive, let days = daysBetween(audience, at: time) else { return nil }
    let missed = (time - audience.lastGoodTurn) / (days * day)
    let latest = missed > 0 ? audience.lastGoodTurn + missed * days * day : nil
    guard let failed = audience.failedTurn else { return latest }
    if let latest, latest > failed { return latest }
    return time >= audience.retryTime ? failed : nil
  }

  /// The days by which the window has moved at a due time.
  static func windowShift(_ audience: Audience, turn: Int) -> Int {
    guard audience.isRelative, audience.rate > 0 else { return 0 }
    var shift = 0
    while audience.asked + (shift + audience.rate) * day <= turn { shift += audience.rate }
    return shift
  }

  static func isOver(_ audience: Audience, at time: Int) -> Bool {
    audience.rate == 0 && time >= audience.asked + 30 * day
  }

  // MARK: What happens

  /// A run has ended that began at `start`; `count` is nil where it came to nothing.
  mutating func ended(_ id: String, turn: Int, start: Int, end: Int, count: Int?) {
    guard var audience = audiences[id] else { return }
    audience.lastDuration = end - start
    if let count {
      audience.state = .alive
      audience.lastGoodTurn = turn
      audience.lastGoodEnd = end
      audience.memberCount = count
      audience.failedTurn = nil
      audience.failureCount = 0
    } else if audience.state == .alive {
      audience.failedTurn = turn
      audience.failureCount += 1
      var hours = 1
      for _ in 1..<audience.failureCount { hours = min(24, hours * 2) }
      audience.retryTime = end + hours * Self.hour
    } else {
      audience.state = .failed
    }
    audiences[id] = audience
  }
}
