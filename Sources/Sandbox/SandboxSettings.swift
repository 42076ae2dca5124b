package import Base

/// The size, the seed and the days of a sandbox.
public struct SandboxSettings: Sendable, Hashable {
  /// The possible numbers of users.
  public static let userRange = 1...50_000_000
  /// The possible numbers of days.
  public static let dayRange = 1...500

  /// The number of users.
  public var users: Int
  /// The number of days with events.
  public var days: Int
  /// The seed of the random numbers. The same settings make the same files.
  public var seed: Int
  /// The last day of events, in UTC.
  package var lastDay: UTCDay
  /// Whether the days move with the clock of the server; see `SandboxWindow`.
  public var movesWithClock = false

  /// Settings with these values.
  ///
  /// - Parameter endDate: The last day, as `yyyy-MM-dd`.
  /// - Throws: `InvalidSandboxSettings` if a number is out of range, or the date is none.
  public init(users: Int = 20_000, days: Int = 30, seed: Int = 1, endDate: String) throws(InvalidSandboxSettings) {
    guard Self.userRange.contains(users) else {
      throw InvalidSandboxSettings(
        message: "A sandbox has from \(Self.userRange.lowerBound) to \(Self.userRange.upperBound) users.")
    }
    guard Self.dayRange.contains(days) else {
      throw InvalidSandboxSettings(
        message: "A sandbox has from \(Self.dayRange.lowerBound) to \(Self.dayRange.upperBound) days.")
    }
    guard let lastDay = UTCDay(endDate) else {
      throw InvalidSandboxSettings(message: "The end date is no date of the form yyyy-MM-dd.")
    }
    self.users = users
    self.days = days
    self.seed = seed
    self.lastDay = lastDay
  }

  /// The place of a day in a cycle as long as the window, from 0. Each window has each place once, and a day keeps its
  /// place when the window moves.
  func place(of day: UTCDay) -> Int {
    let rest = day.number % days
    return rest < 0 ? rest + days : rest
  }

  /// The days of events, first to last.
  package var eventDays: [UTCDay] {
    (0..<days).map { UTCDay(number: lastDay.number - days + 1 + $0) }
  }
}

/// Settings with which no sandbox can be made.
public struct InvalidSandboxSettings: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of this failure.
  public let code = "sandbox_invalid_settings"
  /// The problem, in one sentence.
  public let message: String

  /// Code and message.
  public var description: String { "\(code): \(message)" }
}
