/// The users of a sandbox.
struct UserFacts: Sendable {
  let settings: SandboxSettings
  let hashing: Hashing

  /// SQL that makes the table `users`. `weight` is a user's mean number of impressions a day. It has a heavy tail: one
  /// user in four has at least twice the smallest weight, one in a hundred at least ten times as much, up to the limit.
  var createStatement: String {
    let index = "user_index"
    return """
      CREATE TABLE users AS
      SELECT user_index,
        CASE WHEN NOT (\(GroundTruth.unknownUsers.condition(on: index)))
          THEN \(Self.key(index, hashing)) END AS user_id,
        CASE WHEN \(GroundTruth.unknownUsers.condition(on: index)) THEN NULL
          WHEN \(GroundTruth.deviceUsers.condition(on: index)) THEN 'sisDeviceId'
          WHEN \(GroundTruth.browserUsers.condition(on: index)) THEN 'adBrowserId'
          ELSE 'adUserId' END AS user_id_type,
        least(\(GroundTruth.dailyImpressionLimit - 1),
          \(GroundTruth.meanDailyImpressions / 2) / sqrt(\(hashing.uniform("weight", index)) + 1e-12)) AS weight,
        \(Hashing.pick(DimensionTables.devices.rowCount, from: hashing.bits("device", index), shift: 0)) AS device,
        \(Self.geo(index, hashing)) AS geo,
        -- The AND of two draws: a user is in a quarter of all segments.
        CAST((\(hashing.bits("segments", index)) & (\(hashing.bits("segments", index)) >> 32)) & \(segmentMask)
          AS INTEGER) AS mask
      FROM range(\(settings.users)) indices(user_index)
      """
  }

  /// The key of the user with an index, as a SQL expression.
  static func key(_ index: String, _ hashing: Hashing) -> String {
    "CAST(CAST(\(hashing.bits("user", index)) AS HUGEINT) - 9223372036854775808 AS BIGINT)"
  }

  /// The number of the location of the user with an index, as a SQL expression.
  static func geo(_ index: String, _ hashing: Hashing) -> String {
    Hashing.pick(DimensionTables.geos.rowCount, from: hashing.bits("geo", index), shift: 0)
  }

  private var segmentMask: Int { 1 << DimensionTables.segmentCount - 1 }

  /// SQL that makes `masks`: for every set of segments, the empty one included, the numbers and the ids of its members.
  static let segmentStatement = """
    CREATE TABLE masks AS
    SELECT CAST(mask AS INTEGER) AS n,
      list_filter(range(\(DimensionTables.segmentCount)), lambda number: (mask >> number) & 1 = 1) AS numbers,
      list_transform(numbers, lambda number: \(DimensionTables.firstSegmentID) + number) AS ids
    FROM range(\(1 << DimensionTables.segmentCount)) masks(mask) ORDER BY mask
    """

  /// The rows of `user_preferences`.
  static let preferences = """
    SELECT user_id, \(GroundTruth.optedOutUsers.condition(on: "user_index")) AS opted_out,
      \(GroundTruth.excludedUsers.condition(on: "user_index")) AS excluded
    FROM users
    WHERE \(GroundTruth.optedOutUsers.condition(on: "user_index"))
      OR \(GroundTruth.excludedUsers.condition(on: "user_index"))
    ORDER BY user_id
    """
}
