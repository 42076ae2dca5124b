package import Base
import CleanRoom
package import Metadata

/// Campaigns of sponsored ads and their bids for audiences. They are stored as they were sent, and nothing is spent.
package struct CampaignService: Sendable {
  /// The largest number of campaigns of a profile and a program that are not archived.
  package static let campaignCountLimit = 10_000
  /// The number of digits of a campaign's id.
  static let idDigits = 15

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// The outcome of one element: the present campaign, or its problems.
  package typealias Outcome = Result<CampaignRecord, FieldErrors>

  // MARK: Changing

  /// Makes campaigns, each independently of the others.
  package func create(
    _ elements: [JSONValue], program: CampaignRecord.Program, in scope: SponsoredScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = today(in: scope)
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        let problems = CampaignShape.shape(of: program, isNew: true).problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        let given = element.withoutNulls.objectMembers
        var definition = CampaignDefinition(program: program, members: given)
        definition.complete(today: today)
        let found =
          try definition.problems(given: given, today: today, at: path)
          + conflicts(of: definition, id: nil, in: scope, transaction, at: path)
        guard found.isEmpty else { return .failure(FieldErrors(found)) }
        let campaign = CampaignRecord(
          id: identifiers.number(digits: Self.idDigits), profileID: scope.profile.id, program: program,
          name: definition.name, state: definition.state, canonicalID: definition.audienceID,
          definition: try JSONValue.object(definition.members).text, createdAt: now)
        try transaction.insert(campaign)
        return .success(campaign)
      }
    }
  }

  /// Changes the given members of campaigns, each independently of the others. Other members stay.
  package func update(
    _ elements: [JSONValue], program: CampaignRecord.Program, in scope: SponsoredScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = today(in: scope)
    return try await store.write { transaction in
      try elements.enumerated().map { index, element in
        let path = "[\(index)]"
        let problems = CampaignShape.shape(of: program, isNew: false).problems(of: element, at: path)
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        var given = element.withoutNulls.objectMembers
        let id = given.removeValue(forKey: "campaignId")?.string ?? ""
        let known = try self.campaign(id: id, program: program, in: scope, transaction, at: "\(path).campaignId")
        guard case .success(var campaign) = known else { return known }
        let stored = CampaignDefinition(program: program, members: try campaign.members())
        let definition = stored.updated(with: given)
        var found =
          try definition.problems(given: given, today: today, at: path)
          + conflicts(of: definition, id: campaign.id, in: scope, transaction, at: path)
        if definition.members["targetingType"] != stored.members["targetingType"] {
          found.append(FieldError(.unchangeable, at: "\(path).targetingType"))
        }
        guard found.isEmpty else { return .failure(FieldErrors(found)) }
        campaign.name = definition.name
        campaign.state = definition.state
        campaign.canonicalID = definition.audienceID
        campaign.definition = try JSONValue.object(definition.members).text
        campaign.updatedAt = now
        try transaction.update(campaign)
        return .success(campaign)
      }
    }
  }

  /// Archives campaigns, which ends their use of audiences for good.
  package func archive(
    ids: [String], program: CampaignRecord.Program, in scope: SponsoredScope
  ) async throws -> [Outcome] {
    let now = clock.now
    return try await store.write { transaction in
      try ids.enumerated().map { index, id in
        let known = try self.campaign(id: id, program: program, in: scope, transaction, at: "[\(index)]")
        guard case .success(var campaign) = known else { return known }
        campaign.state = .archived
        campaign.updatedAt = now
        try transaction.update(campaign)
        return .success(campaign)
      }
    }
  }

  private func campaign(
    id: String, program: CampaignRecord.Program, in scope: SponsoredScope, _ transaction: WriteTransaction,
    at path: String
  ) throws -> Outcome {
    guard let campaign = try transaction.campaign(id: id, profileID: scope.profile.id, program: program) else {
      return .failure(FieldErrors([FieldError(.notFound, at: path)]))
    }
    guard campaign.state != .archived else {
      return .failure(FieldErrors([FieldError(.archived, at: path)]))
    }
    return .success(campaign)
  }

  /// The conflicts of a campaign with other records.
  private func conflicts(
    of definition: CampaignDefinition, id: String?, in scope: SponsoredScope, _ transaction: WriteTransaction,
    at path: String
  ) throws -> [FieldError] {
    var problems: [FieldError] = []
    if try transaction.hasCampaign(
      named: definition.name, profileID: scope.profile.id, program: definition.program, except: id)
    {
      problems.append(FieldError(.notUnique, at: "\(path).name"))
    }
    if let audienceID = definition.audienceID,
      let reason = try scope.problem(withAudience: audienceID, in: transaction)
    {
      problems.append(FieldError(reason, at: definition.audiencePath(at: path)))
    }
    if id == nil,
      try transaction.liveCampaignCount(profileID: scope.profile.id, program: definition.program)
        >= Self.campaignCountLimit
    {
      problems.append(FieldError(.quota(limit: Self.campaignCountLimit), at: path))
    }
    return problems
  }

  /// The day in the profile's marketplace.
  private func today(in scope: SponsoredScope) -> String {
    Marketplace(id: scope.account.marketplaceID)?.day(of: clock.now) ?? String(Timestamp.text(of: clock.now).prefix(10))
  }

  // MARK: Showing

  /// A part of the matching campaigns, oldest first.
  package struct Page: Sendable {
    package var campaigns: [CampaignRecord]
    package var matchCount: Int
    /// The sequence of the last campaign; nil after the last part.
    package var nextSequence: Int64?
  }

  /// The profile's matching campaigns of a program, oldest first, from after `sequence`, at most `limit`.
  package func campaigns(
    program: CampaignRecord.Program, matching filter: CampaignFilter, in scope: SponsoredScope,
    after sequence: Int64, limit: Int
  ) async throws -> Page {
    let all = try await store.read { try $0.campaigns(profileID: scope.profile.id, program: program) }
    let matching = try all.filter { try filter.accepts($0) }
    let rest = matching.drop { ($0.sequence ?? 0) <= sequence }
    let part = Array(rest.prefix(limit))
    return Page(
      campaigns: part, matchCount: matching.count, nextSequence: rest.count > limit ? part.last?.sequence : nil)
  }
}

/// A filter of a list of campaigns; nil matches everything.
package struct CampaignFilter: Sendable, Hashable {
  package var ids: Set<String>?
  package var portfolioIDs: Set<String>?
  package var states: Set<String>?
  package var goals: Set<String>?
  package var names: [String]?
  /// Whether a name is matched as a whole instead of in part.
  package var matchesWholeNames = false

  package init() {}

  func accepts(_ campaign: CampaignRecord) throws -> Bool {
    if let ids, !ids.contains(campaign.id) { return false }
    if let states, !states.contains(campaign.state.rawValue) { return false }
    if let names {
      let name = campaign.name.lowercased()
      let isNamed = names.map { $0.lowercased() }.contains { matchesWholeNames ? name == $0 : name.contains($0) }
      guard isNamed else { return false }
    }
    guard portfolioIDs != nil || goals != nil else { return true }
    let members = try campaign.members()
    if let portfolioIDs, !portfolioIDs.contains(members["portfolioId"]?.string ?? "") { return false }
    if let goals, !goals.contains(members["goal"]?.string ?? "") { return false }
    return true
  }
}

/// All problems of one element.
package struct FieldErrors: Error, Sendable, Hashable {
  package var problems: [FieldError]

  package init(_ problems: [FieldError]) {
    self.problems = problems
  }
}

extension CampaignRecord {
  /// The client's definition, as the members of an object.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
