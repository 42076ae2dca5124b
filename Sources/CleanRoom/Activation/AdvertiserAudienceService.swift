package import Foundation
package import Metadata

/// An audience as an advertiser account shows it, wherever it comes from.
package struct ShownAudience: Sendable, Hashable {
  /// How the audience came to be: what the account files it under.
  package enum Origin: String, Sendable, Hashable, CaseIterable {
    /// By a query in a clean room.
    case query
    /// From members that a client sent.
    case records

    /// Source: for audiences of queries AMC's guide "Rule-based audiences", for the others "Advertiser audiences".
    package var category: String {
      switch self {
      case .query: "Custom-built"
      case .records: "Advertiser audiences"
      }
    }

    /// nil where the category has no parts.
    package var subcategory: String? {
      switch self {
      case .query: "AMC"
      case .records: nil
      }
    }

    package var categoryPath: String { subcategory.map { "\(category)/\($0)" } ?? category }
  }

  package enum Status: String, Sendable, Hashable, CaseIterable {
    case active = "Active"
    /// It has fewer members than the DSP can use.
    case inactive = "Inactive"
  }

  package var id: String
  package var name: String
  package var description: String
  package var origin: Origin
  package var status: Status
  package var createdAt: Date
  package var updatedAt: Date
}

/// A condition on the audiences of an advertiser account.
package struct AdvertiserAudienceFilter: Sendable, Hashable {
  /// What can be asked about.
  package enum Field: String, Sendable, Hashable, CaseIterable {
    case audienceName
    case category
    case categoryPath
    case audienceID = "audienceId"
    case status
  }

  package var field: Field
  /// Whether the audience must match none of the values instead of one of them.
  package var isNegated: Bool
  package var values: [String]

  package init(field: Field, isNegated: Bool, values: [String]) {
    self.field = field
    self.isNegated = isNegated
    self.values = values
  }

  func accepts(_ audience: ShownAudience) -> Bool {
    values.contains { matches($0, audience) } != isNegated
  }

  private func matches(_ value: String, _ audience: ShownAudience) -> Bool {
    switch field {
    // The one field that is matched in part: a search, not a comparison.
    case .audienceName: audience.name.lowercased().contains(value.lowercased())
    case .category: value.lowercased() == audience.origin.category.lowercased()
    case .categoryPath: value.lowercased() == audience.origin.categoryPath.lowercased()
    case .audienceID: value == audience.id
    case .status: value.lowercased() == audience.status.rawValue.lowercased()
    }
  }
}

/// What an advertiser account sees of the audiences that were made for it.
package struct AdvertiserAudienceService: Sendable {
  private let store: MetadataStore
  private let members: any AudienceMemberLog
  private let clock: any WallClock
  private let minimumAudienceSize: Int

  /// - Parameter minimumAudienceSize: The fewest members with which an audience of sent records is active.
  package init(
    store: MetadataStore, members: any AudienceMemberLog = NoAudienceMemberLog(), clock: any WallClock = SystemClock(),
    minimumAudienceSize: Int = CleanRoomSettings().minimumAudienceSize
  ) {
    self.store = store
    self.members = members
    self.clock = clock
    self.minimumAudienceSize = minimumAudienceSize
  }

  /// A part of the audiences that match, oldest first.
  package struct Page: Sendable, Hashable {
    package var audiences: [ShownAudience]
    /// How many match in all.
    package var matchCount: Int
    /// Behind which audience the next part begins; empty after the last.
    package var nextPosition: String

    package init(audiences: [ShownAudience], matchCount: Int, nextPosition: String) {
      self.audiences = audiences
      self.matchCount = matchCount
      self.nextPosition = nextPosition
    }
  }

  /// The audiences of the account's DISPLAY advertisers that match every filter.
  ///
  /// - Parameters:
  ///   - after: Where an earlier part ended, empty for the first.
  ///   - limit: The most audiences of a part.
  package func displayAudiences(
    accountID: String, advertiserID: String?, filters: [AdvertiserAudienceFilter], after position: String, limit: Int
  ) async throws -> Page {
    let shown =
      try await queriedAudiences(accountID: accountID, advertiserID: advertiserID)
      + streamedAudiences(accountID: accountID, advertiserID: advertiserID)
    let matching = shown.filter { audience in filters.allSatisfy { $0.accepts(audience) } }
      .sorted { $0.position < $1.position }
    let rest = matching.drop { $0.position <= position }
    let part = Array(rest.prefix(limit))
    return Page(
      audiences: part, matchCount: matching.count, nextPosition: rest.count > limit ? part.last?.position ?? "" : "")
  }

  private func queriedAudiences(accountID: String, advertiserID: String?) async throws -> [ShownAudience] {
    let audiences = try await store.read { snapshot in
      try snapshot.advertiserAudiences(accountID: accountID, advertiserID: advertiserID, kind: .display)
    }
    return audiences.map { audience in
      ShownAudience(
        id: audience.canonicalID, name: audience.name, description: audience.audienceDescription, origin: .query,
        status: .active, createdAt: audience.createdAt, updatedAt: audience.updatedAt)
    }
  }

  private func streamedAudiences(accountID: String, advertiserID: String?) async throws -> [ShownAudience] {
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
        // An advertiser's own members are what counts for it, where the account shows several advertisers.
        memberCounts[audience.id] = max(memberCounts[audience.id] ?? 0, counts["\(audience.id)"] ?? 0)
      }
    }
    return audiences.values.map { audience in
      ShownAudience(
        id: "\(audience.id)", name: audience.name, description: audience.audienceDescription, origin: .records,
        status: (memberCounts[audience.id] ?? 0) < minimumAudienceSize ? .inactive : .active,
        createdAt: audience.createdAt, updatedAt: audience.updatedAt)
    }
  }
}

extension ShownAudience {
  /// Orders audiences by their age, and those of one moment by origin and id; the same text for the same audience, always.
  fileprivate var position: String {
    let milliseconds = String(Int64(createdAt.timeIntervalSince1970 * 1000))
    return String(repeating: "0", count: max(0, 16 - milliseconds.count)) + milliseconds + origin.rawValue
      + String(repeating: "0", count: max(0, 24 - id.count)) + id
  }
}
