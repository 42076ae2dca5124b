public import struct Foundation.Date

/// The time window of a query: from `start` up to, not including, `end`.
public struct TimeWindow: Hashable, Sendable, Codable {
  public var start: Date
  public var end: Date

  public init(start: Date, end: Date) {
    self.start = start
    self.end = end
  }
}

/// A request's value for a `CUSTOM_PARAMETER`.
public indirect enum ParameterValue: Hashable, Sendable, Codable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case decimal(String)
  case string(String)
  case array([ParameterValue])
}
