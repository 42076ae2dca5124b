package import Metadata

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

  func accepts(_ audience: AdvertiserAudienceRecord) -> Bool {
    values.contains { matches($0, audience) } != isNegated
  }

  private func matches(_ value: String, _ audience: AdvertiserAudienceRecord) -> Bool {
    switch field {
    // The one field that is matched in part: a search, not a comparison.
    case .audienceName: audience.name.lowercased().contains(value.lowercased())
    case .category: value.lowercased() == AdvertiserAudienceService.category.lowercased()
    case .categoryPath: value.lowercased() == AdvertiserAudienceService.categoryPath.lowercased()
    case .audienceID: value == audience.canonicalID
    case .status: value.lowercased() == AdvertiserAudienceService.activeStatus.lowercased()
    }
  }
}

/// What an advertiser account sees of the audiences that were made for it.
package struct AdvertiserAudienceService: Sendable {
  /// Where the account shows audiences of a clean room.
  package static let category = "Custom-built"
  package static let subcategory = "AMC"
  package static let categoryPath = "\(category)/\(subcategory)"
  package static let activeStatus = "Active"

  private let store: MetadataStore

  package init(store: MetadataStore) {
    self.store = store
  }

  /// A part of the audiences that match, oldest first.
  package struct Page: Sendable, Hashable {
    package var audiences: [AdvertiserAudienceRecord]
    /// How many match in all.
    package var matchCount: Int
    /// Where the next part begins; nil after the last.
    package var nextSequence: Int64?

    package init(audiences: [AdvertiserAudienceRecord], matchCount: Int, nextSequence: Int64?) {
      self.audiences = audiences
      self.matchCount = matchCount
      self.nextSequence = nextSequence
    }
  }

  /// The audiences of the account's DISPLAY advertisers that match every filter.
  ///
  /// - Parameters:
  ///   - afterSequence: Where an earlier part ended, 0 for the first.
  ///   - limit: The most audiences of a part.
  package func displayAudiences(
    accountID: String, advertiserID: String?, filters: [AdvertiserAudienceFilter], afterSequence: Int64, limit: Int
  ) async throws -> Page {
    let audiences = try await store.read { snapshot in
      try snapshot.advertiserAudiences(accountID: accountID, advertiserID: advertiserID, kind: .display)
    }
    let matching = audiences.filter { audience in filters.allSatisfy { $0.accepts(audience) } }
    let rest = matching.drop { ($0.sequence ?? 0) <= afterSequence }
    let part = Array(rest.prefix(limit))
    return Page(
      audiences: part, matchCount: matching.count, nextSequence: rest.count > limit ? part.last?.sequence : nil)
  }
}
