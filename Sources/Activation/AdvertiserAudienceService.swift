package import AdvertiserData
package import Base
import CleanRoom
import Foundation
package import Metadata

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
    /// The position after which the next part begins; empty after the last.
    package var nextPosition: String

    package init(audiences: [AudienceSummary], matchCount: Int, nextPosition: String) {
      self.audiences = audiences
      self.matchCount = matchCount
      self.nextPosition = nextPosition
    }
  }

  /// The audiences of the account's DISPLAY advertisers that match every filter.
  ///
  /// - Parameters:
  ///   - after: The end of an earlier part; empty for the first.
  ///   - limit: The largest number of audiences in a part.
  package func displayAudiences(
    accountID: String, advertiserID: String?, filters: [AdvertiserAudienceFilter], after position: String, limit: Int
  ) async throws -> Page {
    let shown =
      try await queriedAudiences(accountID: accountID, advertiserID: advertiserID, kind: .display)
      + streamedAudiences(accountID: accountID, advertiserID: advertiserID)
    return Self.page(
      of: shown.filter { audience in filters.allSatisfy { $0.accepts(audience) } }, after: position, limit: limit)
  }

  /// The matching audiences of the account's sponsored ads advertisers, oldest first: those that can be bid on.
  ///
  /// - Parameters:
  ///   - advertiserID: The only advertiser; nil for all.
  ///   - words: Each must be part of the audience's name or description, in any case.
  package func sponsoredAudiences(
    accountID: String, advertiserID: String?, words: [String], after position: String, limit: Int
  ) async throws -> Page {
    let audiences = try await queriedAudiences(
      accountID: accountID, advertiserID: advertiserID, kind: .sponsoredAds)
    return Self.page(
      of: audiences.filter { audience in
        let text = "\(audience.name)\n\(audience.description)".lowercased()
        return audience.status == .active && words.allSatisfy { text.contains($0.lowercased()) }
      }, after: position, limit: limit)
  }

  private static func page(of audiences: [AudienceSummary], after position: String, limit: Int) -> Page {
    let ordered = audiences.sorted { $0.position < $1.position }
    let rest = ordered.drop { $0.position <= position }
    let part = Array(rest.prefix(limit))
    return Page(
      audiences: part, matchCount: ordered.count, nextPosition: rest.count > limit ? part.last?.position ?? "" : "")
  }

  /// Audiences that have been active. An audience whose refresh failed stays as it was.
  private func queriedAudiences(
    accountID: String, advertiserID: String?, kind: AdvertiserKind
  ) async throws -> [AudienceSummary] {
    try await store.read { snapshot in
      try snapshot.advertiserAudiences(accountID: accountID, advertiserID: advertiserID, kind: kind).compactMap {
        shown in
        guard let audience = try snapshot.find(AudienceRecord.self, id: shown.audienceID) else { return nil }
        let isDeactivated = audience.status == .deactivated
        return AudienceSummary(
          id: shown.canonicalID, name: shown.name, description: shown.audienceDescription, origin: .query,
          status: isDeactivated ? .deactivated : .active,
          size: AudienceSummary.size(of: isDeactivated ? 0 : audience.memberCount ?? 0, rounding: countRounding),
          createdAt: shown.createdAt, updatedAt: max(shown.updatedAt, audience.lastRefreshedAt ?? shown.updatedAt))
      }
    }
  }

  private func streamedAudiences(accountID: String, advertiserID: String?) async throws -> [AudienceSummary] {
    let now = clock.now
    let logs = try await store.read { snapshot in
      try snapshot.dspLogs(accountID: accountID, dspAdvertiserID: advertiserID).map { log in
        (log: log, audiences: try snapshot.streamedAudiences(logID: log.id))
      }
    }
    var memberCounts: [Int64: Int] = [:]
    var audiences: [Int64: StreamedAudienceRecord] = [:]
    for (log, own) in logs {
      let since = own.compactMap { audience in audience.memberSince(at: now).map { ("\(audience.id)", $0) } }
      let counts = try await members.memberCounts(of: log, since: Dictionary(since) { first, _ in first })
      for audience in own {
        audiences[audience.id] = audience
        // If the account shows several advertisers, the largest of their numbers of members counts.
        memberCounts[audience.id] = max(memberCounts[audience.id] ?? 0, counts["\(audience.id)"] ?? 0)
      }
    }
    return audiences.values.map { audience in
      let count = memberCounts[audience.id] ?? 0
      return AudienceSummary(
        id: "\(audience.id)", name: audience.name, description: audience.audienceDescription, origin: .records,
        status: count < minimumAudienceSize ? .inactive : .active,
        size: AudienceSummary.size(of: count, rounding: countRounding),
        createdAt: audience.createdAt, updatedAt: audience.updatedAt)
    }
  }
}
