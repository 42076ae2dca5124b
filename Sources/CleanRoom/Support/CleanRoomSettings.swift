package import Jobs

/// The numbers that an operator may change.
package struct CleanRoomSettings: Sendable, Hashable {
  /// Which jobs run, and how many.
  package var queue = QueueSettings()
  /// The fewest users that an audience may have. AMC documents 2,000.
  package var minimumAudienceSize = 2000
  /// `audienceCount` is rounded down to a multiple of this, so that two audiences cannot be told apart by one user.
  package var audienceCountRounding = 100
  /// The most bytes of all files of one upload, as they are in the bucket: what waits on the local disk while it is looked
  /// at. AMC advises files of at most 1 GB.
  package var maximumUploadBytes = 20 << 30
  /// The most files of one upload; AMC documents no number.
  package var maximumUploadFiles = 1_000
  /// How often schedules are looked at.
  package var scheduleCheckInterval: Duration = .seconds(15)
  /// How often it is looked whether audiences are due.
  package var refreshCheckInterval: Duration = .seconds(15)
  /// How many refreshes of one instance wait or run at once; AMC documents no number. Who asks for a new audience waits for
  /// no more than these.
  package var maximumRefreshesPerInstance = 10

  /// How often the same signals may be asked.
  package var disclosureBudget = DisclosureBudget()

  /// How many users the seed of a lookalike audience may have. AMC documents 500 to 500,000.
  package var lookalikeSeedSizes = 500...500_000
  /// What the documented sizes of lookalike audiences are multiplied by; nil for what fits the users of the instance.
  package var lookalikeScale: Double?

  package init() {}
}
