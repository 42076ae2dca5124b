import Base
import Dialects
import Foundation
import ObjectStorage

/// The making of a graph out of people, those that are known already and new ones, in one staging area.
struct IdentityBuild: Sendable {
  /// The columns of the file with users beside the user: the smallest stated type, and by what the user is known.
  private static let hasDevice = "has_device"
  private static let hasMore = "has_more"

  let area: StagingArea
  let settings: EngineSettings
  let secret: LinkSecret
  /// The graph that the people join; nil where they replace it.
  let known: Known?

  /// The files of a graph that is there.
  struct Known: Sendable {
    let users: EngineLocation
    let links: [IdentityGraph.Links]

    func location(of rule: MatchRule) -> EngineLocation? { links.first { $0.rule == rule }?.location }
  }

  /// Takes in the rows of a source. From here on there are no identifiers any more.
  func convert(
    _ source: PeopleSource, number: Int, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws {
    try await BlockingWork.run {
      try FileManager.default.createDirectory(at: converted, withIntermediateDirectories: true)
    }
    let path = converted.appending(path: "people-\(number).parquet").path(percentEncoded: false)
    try await TrustedSession.with(settings, files: source.files, folders: [area.folder]) { session in
      try await session.execute(
        "COPY (\(source.linked(by: secret))) TO \(SQLText.string(path)) (\(ParquetOptions.signals))", progress: progress
      )
    }
  }

  /// Makes the files of the graph of everyone who was taken in. `progress` tells how many of the files are made.
  func finish(progress: @Sendable (Int, Int) -> Void = { _, _ in }) async throws -> StagedIdentity {
    let files = ([known?.users] + (known?.links ?? []).map(\.location)).compactMap { $0 }
    return try await TrustedSession.with(settings, files: files, folders: [area.folder]) { session in
      let fileCount = MatchRule.allCases.count + 1
      progress(1, fileCount)
      let (users, userCount) = try await write(usersSelect, to: "users.parquet", session)
      var links: [StagedIdentity.Links] = []
      for (number, rule) in MatchRule.allCases.enumerated() {
        progress(number + 2, fileCount)
        let (file, count) = try await write(linksSelect(rule), to: "links-\(rule.rawValue).parquet", session)
        guard count > 0 else { continue }
        let counted = try await session.rows(
          "SELECT count(\(LinkColumns.user)) FROM \(Self.rows(of: [EngineLocation(file)]))")
        let linkCount = counted.first?.first?.integer ?? 0
        links.append(
          StagedIdentity.Links(rule: rule, file: file, linkCount: linkCount, ambiguousCount: count - linkCount))
      }
      return StagedIdentity(users: users, userCount: userCount, links: links)
    }
  }

  /// A row for each user.
  private var usersSelect: String {
    let device = LinkedColumns.link(.mobileAdvertisingID)
    let others = MatchRule.allCases.filter { $0 != .mobileAdvertisingID }.map {
      "\(LinkedColumns.link($0)) IS NOT NULL"
    }
    let new =
      "SELECT \(LinkedColumns.user), \(LinkedColumns.statedType), \(device) IS NOT NULL AS \(Self.hasDevice), "
      + "(\(others.joined(separator: " OR "))) AS \(Self.hasMore) FROM \(newPeople)"
    let all = known.map { "\(new) UNION ALL SELECT * FROM \(Self.rows(of: [$0.users]))" } ?? new
    return "SELECT \(LinkedColumns.user), min(\(LinkedColumns.statedType)) AS \(LinkedColumns.statedType), "
      + "bool_or(\(Self.hasDevice)) AS \(Self.hasDevice), bool_or(\(Self.hasMore)) AS \(Self.hasMore) "
      + "FROM (\(all)) WHERE \(LinkedColumns.user) IS NOT NULL "
      + "GROUP BY \(LinkedColumns.user) ORDER BY \(LinkedColumns.user)"
  }

  /// A row for each link of a rule. One that several users share has none: it stays, so that a user who comes later
  /// with the same does not have it alone.
  private func linksSelect(_ rule: MatchRule) -> String {
    let link = LinkedColumns.link(rule)
    let user = LinkColumns.user
    let new = "SELECT \(link) AS link, \(LinkedColumns.user) AS \(user) FROM \(newPeople) WHERE \(link) IS NOT NULL"
    let all =
      known?.location(of: rule).map { "\(new) UNION ALL SELECT link, \(user) FROM \(Self.rows(of: [$0]))" } ?? new
    return """
      SELECT links.link, links.\(user), \(userType) AS \(LinkColumns.type)
      FROM (
        SELECT link, CASE WHEN count(*) = count(\(user)) AND min(\(user)) = max(\(user)) THEN min(\(user)) END AS \(user)
        FROM (\(all)) GROUP BY link) links
      LEFT JOIN \(Self.rows(of: [EngineLocation(path: staged("users.parquet"))])) users ON users.\(user) = links.\(user)
      ORDER BY link
      """
  }

  /// The kind of a user's identifier: as stated, or else a device where nothing but a device is known.
  private var userType: String {
    let types = SQLText.list(UserType.allCases.map(\.rawValue))
    return "CASE WHEN users.\(LinkedColumns.user) IS NULL THEN NULL "
      + "WHEN users.\(LinkedColumns.statedType) IS NOT NULL THEN \(types)[users.\(LinkedColumns.statedType)] "
      + "WHEN users.\(Self.hasDevice) AND NOT users.\(Self.hasMore) THEN '\(UserType.device.rawValue)' "
      + "ELSE '\(UserType.account.rawValue)' END"
  }

  private var converted: URL { area.folder.appending(path: "people") }

  private var newPeople: String {
    "read_parquet(\(SQLText.string(converted.path(percentEncoded: false) + "/people-*.parquet")))"
  }

  private static func rows(of files: [EngineLocation]) -> String {
    "read_parquet(\(SQLText.list(files.map(\.path))), hive_partitioning = false)"
  }

  private func staged(_ name: String) -> String {
    area.folder.appending(path: name).path(percentEncoded: false)
  }

  /// Writes rows as a file. Returns it and the number of its rows.
  private func write(_ select: String, to name: String, _ session: TrustedSession) async throws -> (StagedFile, Int) {
    let file = try area.file(name)
    let path = SQLText.string(file.url.path(percentEncoded: false))
    let rows = try await session.rows("COPY (\(select)) TO \(path) (\(ParquetOptions.signals))")
    return (file, rows.first?.first?.integer ?? 0)
  }
}

extension EngineLocation {
  fileprivate init(_ file: StagedFile) {
    self.init(path: file.url.path(percentEncoded: false))
  }
}
