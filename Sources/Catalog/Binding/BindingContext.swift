import AMCSQL

public import struct Foundation.Date

/// The surroundings of a query: its catalogue, parameters, time window and advertisers.
public struct BindingContext: Sendable {
  public enum MissingParameters: Sendable {
    /// A `CUSTOM_PARAMETER` without a value is an error: the query is about to run.
    case refused
    /// It is a note, and reads as NULL of any type: the query is checked only.
    case noted
  }

  public var catalogue: Catalogue
  /// nil if the query is checked only.
  public var timeWindow: TimeWindow?
  public var parameters: [String: ParameterValue]
  /// The declared types of parameters, which are then the only ones; nil if none are declared.
  public var parameterTypes: [String: SQLType]?
  public var missingParameters: MissingParameters
  /// The advertisers whose rows are read; nil for all.
  public var advertisers: [AdvertiserIdentifier]?
  /// The end of the signals that have arrived; nil if all have. Later ones are not read. Uploads of advertisers are not
  /// concerned.
  public var signalsEnd: Date?
  /// The largest number of columns of the result, and of columns and aggregates of one SELECT: each of them needs
  /// memory for every group.
  public var columnLimit = QueryLimits.columnsMax
  /// The time behind 'now', 'today' and CURRENT_DATE.
  public var now: Date

  public init(
    catalogue: Catalogue = .standard, timeWindow: TimeWindow?, parameters: [String: ParameterValue] = [:],
    parameterTypes: [String: SQLType]? = nil, missingParameters: MissingParameters = .refused,
    advertisers: [AdvertiserIdentifier]? = nil, now: Date
  ) {
    self.catalogue = catalogue
    self.timeWindow = timeWindow
    self.parameters = parameters
    self.parameterTypes = parameterTypes
    self.missingParameters = missingParameters
    self.advertisers = advertisers
    self.now = now
  }
}
