package import AdvertiserData
package import Base
import CleanRoom
import Foundation
package import Metadata
import Warehouse

/// The audiences in an advertiser account, as the account shows them.
package struct AdvertiserAudienceService: Sendable {
  private let store: MetadataStore
  private let members: any AudienceMemberLog
  private let clock: any WallClock
  private let minimumAudienceSize: Int
  private let countRounding: Int

  /// - Parameters:
  ///   - minimumAudienceSize: The smallest number of members with which an audience of sent records is active.
  ///   - countRounding: Sizes are shown as multiples of this.
  package init(
    store: MetadataStore, members: any AudienceMemberLog = NoAudienceMemberLog(), clock: any WallClock = SystemClock(),
    minimumAudienceSize: Int = CleanRoomSettings().minimumAudienceSize,
    countRounding: Int = CleanRoomSettings().audienceCountRounding
  ) {
    self.store = store
    self.members = members
    self.clock = clock
    self.minimumAudienceSize = minimumAudienceSize
    self.countRounding = countRounding
  }

  /// A part of the matching audiences, oldest first.
  package struct Page: Sendable, Hashable {
    package var audiences: [AudienceSummary]
    /// The number of all matching audiences.
    package var matchCount: Int
    /// The position of the last audience of the part; empty after the last part.
    package var nextPosition: String

    package init(audiences: [AudienceSummary], matchCount: Int, nextPosition: String) {
      self.audiences = audiences
      self.matchCount = matchCount
      self.nextPosition = nextPosition
    }
  }

  /// The audiences of one origin that follow a position, one more than a part may have at most, and how many match.
  private struct Found {
    var audiences: [AudienceSummary] = []
    var matchCount = 0
    /// The audiences whose members have not been counted, by their ids as accounts see them.
    var uncounted: [String: StreamedAudienceRecord] = [:]
  }

  /// The audiences of the account's DISPLAY advertisers that match every filter.
  ///
  /// - Parameters:
  ///   - after: The end of an earlier part; empty for the first.
  ///   - limit: The largest number of audiences in a part.
  package func displayAudiences(
    accountID: String, advertiserID: String?, filters: [AdvertiserAudienceFilter], after position: String, limit: Int
  ) async throws -> Page {
    let position = AudienceSummary.Position(position)
    let queried = try await queriedAudiences(
      accountID: accountID, advertiserID: advertiserID, kind: .display,
      OriginFilter(filters, origin: .query, statuses: [.active, .deactivated]), after: position, limit: limit)
    let streamed = try await streamedAudiences(
      accountID: accountID, advertiserID: advertiserID,
      OriginFilter(filters, origin: .records, statuses: [.active, .inactive]), after: position, limit: limit)
    var page = Self.page(of: queried, streamed, limit: limit)
    let shown = page.audiences.compactMap { $0.origin == .records ? streamed.uncounted[$0.id] : nil }
    let counted = try await counted(shown, accountID: accountID, advertiserID: advertiserID)
    page.audiences = page.audiences.map { $0.origin == .records ? counted[$0.id] ?? $0 : $0 }
    return page
  }

  /// The matching audiences of the account's sponsored ads advertisers, oldest first: those that can be bid on.
  ///
  /// - Parameters:
  ///   - advertiserID: The only advertiser; nil for all.
  ///   - words: Each must be part of the audience's name or description, in any case.
  package func sponsoredAudiences(
    accountID: String, advertiserID: String?, words: [String], after position: String, limit: Int
  ) async throws -> Page {
    let filter = OriginFilter(conditions: words.map { .text(contains: $0) }, statuses: [.active])
    let queried = try await queriedAudiences(
      accountID: accountID, advertiserID: advertiserID, kind: .sponsoredAds, filter,
      after: AudienceSummary.Position(position), limit: limit)
    return Self.page(of: queried, limit: limit)
  }

  private static func page(of found: Found..., limit: Int) -> Page {
    let ordered = found.flatMap(\.audiences).sorted { $0.position < $1.position }
    let part = Array(ordered.prefix(limit))
    return Page(
      audiences: part, matchCount: found.reduce(0) { $0 + $1.matchCount },
      nextPosition: ordered.count > limit ? part.last?.position.description ?? "" : "")
  }

  // MARK: Audiences of queries

  /// Audiences that have been active. An audience whose refresh failed stays as it was.
  private func queriedAudiences(
    accountID: String, advertiserID: String?, kind: AdvertiserKind, _ filter: OriginFilter,
    after position: AudienceSummary.Position, limit: Int
  ) async throws -> Found {
    guard !filter.statuses.isEmpty else { return Found() }
    let query = AdvertiserAudienceQuery(
      accountID: accountID, kind: kind, advertiserID: advertiserID, conditions: filter.conditions,
      isDeactivated: filter.statuses.count > 1 ? nil : filter.statuses.contains(.deactivated))
    let (createdAt, id) = position.start(of: .query)
    return try await store.read { snapshot in
      let found = try snapshot.advertiserAudiences(query, after: (createdAt, id), limit: limit + 1)
      return Found(
        audiences: found.map { AudienceSummary($0, rounding: countRounding) },
        matchCount: try snapshot.advertiserAudienceCount(query))
    }
  }

  // MARK: Audiences of sent records

  private func streamedAudiences(
    accountID: String, advertiserID: String?, _ filter: OriginFilter, after position: AudienceSummary.Position,
    limit: Int
  ) async throws -> Found {
    guard !filter.statuses.isEmpty else { return Found() }
    let query = StreamedAudienceQuery(
      accountID: accountID, dspAdvertiserID: advertiserID, conditions: filter.conditions)
    guard filter.statuses.count > 1 else {
      // Only its members tell the status of an audience: those of all that match are counted.
      let all = try await store.read { try $0.streamedAudiences(query, after: (.distantPast, 0), limit: nil) }
      let counted = try await counted(all, accountID: accountID, advertiserID: advertiserID)
      let matching = counted.values.filter { filter.statuses.contains($0.status) }
      return Found(audiences: matching.filter { $0.position > position }, matchCount: matching.count)
    }
    let (createdAt, id) = position.start(of: .records)
    return try await store.read { snapshot in
      let found = try snapshot.streamedAudiences(query, after: (createdAt, Int64(id) ?? 0), limit: limit + 1)
      return Found(
        audiences: found.map { summary(of: $0, memberCount: 0) },
        matchCount: try snapshot.streamedAudienceCount(query),
        uncounted: Dictionary(found.map { ("\($0.id)", $0) }) { first, _ in first })
    }
  }

  /// The audiences by their ids as accounts see them. The members of all are counted at once.
  private func counted(
    _ audiences: [StreamedAudienceRecord], accountID: String, advertiserID: String?
  ) async throws -> [String: AudienceSummary] {
    guard !audiences.isEmpty else { return [:] }
    let now = clock.now
    let times = audiences.compactMap { audience in audience.memberSince(at: now).map { (audience.id, $0) } }
    let since = Dictionary(times) { first, _ in first }
    let logs = try await store.read {
      try $0.dspLogs(accountID: accountID, dspAdvertiserID: advertiserID, audienceIDs: audiences.map(\.id))
    }
    let counts = try await members.memberCounts(
      logs.map { log, ids in
        let own = ids.compactMap { id in since[id].map { ("\(id)", $0) } }
        return MemberCountRequest(
          logID: log.id, instanceID: log.instanceID, since: Dictionary(own) { first, _ in first })
      })
    let summaries = audiences.map { audience in
      // If the account shows several advertisers, the largest of their numbers of members counts.
      summary(of: audience, memberCount: counts.values.compactMap { $0["\(audience.id)"] }.max() ?? 0)
    }
    return Dictionary(summaries.map { ($0.id, $0) }) { first, _ in first }
  }

  private func summary(of audience: StreamedAudienceRecord, memberCount: Int) -> AudienceSummary {
    AudienceSummary(
      id: "\(audience.id)", name: audience.name, description: audience.audienceDescription, origin: .records,
      status: memberCount < minimumAudienceSize ? .inactive : .active,
      size: AudienceSummary.size(of: memberCount, rounding: countRounding),
      createdAt: audience.createdAt, updatedAt: audience.updatedAt)
  }
}

extension AudienceSummary {
  fileprivate init(_ found: ListedAudience, rounding: Int) {
    let (shown, audience) = (found.shown, found.audience)
    let isDeactivated = audience.status == .deactivated
    self.init(
      id: shown.canonicalID, name: shown.name, description: shown.audienceDescription, origin: .query,
      status: isDeactivated ? .deactivated : .active,
      size: AudienceSummary.size(of: isDeactivated ? 0 : audience.memberCount ?? 0, rounding: rounding),
      createdAt: shown.createdAt, updatedAt: max(shown.updatedAt, audience.lastRefreshedAt ?? shown.updatedAt))
  }
}
