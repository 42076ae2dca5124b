package import Base

/// What a sandbox is made of.
public struct SandboxSettings: Sendable, Hashable {
  /// The numbers of users that a sandbox can have.
  public static let userRange = 1...50_000_000
  /// The numbers of days that a sandbox can have.
  public static let dayRange = 1...500

  /// How many users there are.
  public var users: Int
  /// How many days of events there are.
  public var days: Int
  /// What the events depend on, besides the other settings: the same settings make the same files.
  public var seed: Int
  /// The last day of events, in UTC.
  package var lastDay: UTCDay

  /// Settings of these values; `endDate` is the last day as `yyyy-MM-dd`. Throws `InvalidSandboxSettings`.
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

  /// The days of events, first to last.
  package var eventDays: [UTCDay] {
    (0..<days).map { UTCDay(number: lastDay.number - days + 1 + $0) }
  }
}

/// Settings that no sandbox can be made of.
public struct InvalidSandboxSettings: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of this failure.
  public let code = "sandbox_invalid_settings"
  /// What is wrong, in one sentence.
  public let message: String

  /// Code and message.
  public var description: String { "\(code): \(message)" }
}
