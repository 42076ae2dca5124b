package import Jobs

/// The numbers that an operator may change.
package struct CleanRoomSettings: Sendable, Hashable {
  /// The queue's settings.
  package var queue = QueueSettings()
  /// The smallest number of users of an audience. AMC documents 2,000.
  package var minimumAudienceSize = 2000
  /// `audienceCount` is rounded down to a multiple of this number, so two audiences can't be told apart by one user.
  package var audienceCountRounding = 100
  /// The largest size of all files of one upload, in bytes, as they are in the bucket: they wait on the local disk
  /// while they are processed. AMC advises files of at most 1 GB.
  package var maximumUploadBytes = 20 << 30
  /// The largest number of files of one upload; AMC documents none.
  package var maximumUploadFiles = 1_000
  /// The disk space that uploads leave free while their files wait there, in bytes.
  package var freeDiskBytes = 512 << 20
  /// The largest size of all that an instance stores, in bytes; AMC documents none. Uploads beyond it are refused.
  package var maximumInstanceBytes = 1 << 40
  /// The time between two checks of schedules.
  package var scheduleCheckInterval: Duration = .seconds(15)
  /// The time between two checks whether sandboxes are behind the clock.
  package var sandboxCheckInterval: Duration = .seconds(600)
  /// The time between two checks whether audiences are due.
  package var refreshCheckInterval: Duration = .seconds(15)
  /// The largest number of refreshes of one instance that wait or run at once; AMC documents none. A new audience waits
  /// for no more than these.
  package var maximumRefreshesPerInstance = 10

  /// The limits of repeated disclosure queries.
  package var disclosureBudget = DisclosureBudget()

  /// The budgets and losses of populations in noise mode.
  package var noise = NoiseSettings()

  /// The possible numbers of users of a lookalike audience's seed. AMC documents 500 to 500,000.
  package var lookalikeSeedSizes = 500...500_000
  /// The factor for the documented sizes of lookalike audiences; nil for sizes that fit the instance's users.
  package var lookalikeScale: Double?

  package init() {}
}
