package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

/// Campaigns of sponsored ads, as far as they bid for audiences: they are kept as they were sent, and nothing is spent.
package struct CampaignService: Sendable {
  /// The most campaigns of a profile and a program that are not archived.
  package static let campaignCountLimit = 10_000
  /// How many digits the id of a campaign has.
  static let idDigits = 15

  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator

  package init(store: MetadataStore, clock: any WallClock, identifiers: any IdentifierGenerator) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
  }

  /// The outcome of one element: the campaign as it is now, or what is wrong with it.
  package typealias Outcome = Result<CampaignRecord, FieldErrors>

  // MARK: Changing

  /// Makes campaigns, each by itself: one that is wrong keeps no other from coming to be.
  package func create(
    _ elements: [JSONValue], program: CampaignRecord.Program, in scope: SponsoredScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = today(in: scope)
    // Nobody else writes during a transaction: it begins when only the store is left to be asked.
    let drafts = elements.enumerated().map { index, element in
      Self.shaped(element, of: program, isNew: true, at: "[\(index)]").map { given in
        var definition = CampaignDefinition(program: program, members: given)
        definition.complete(today: today)
        return (
          definition: definition, problems: definition.problems(given: given, today: today, at: "[\(index)]")
        )
      }
    }
    return try await store.write { transaction in
      var room =
        try Self.campaignCountLimit - transaction.livingCampaignCount(profileID: scope.profile.id, program: program)
      return try drafts.enumerated().map { index, draft in
        let path = "[\(index)]"
        guard case .success((let definition, let ownProblems)) = draft else { return draft.failed }
        var problems = try ownProblems + conflicts(of: definition, id: nil, in: scope, transaction, at: path)
        if room <= 0 { problems.append(FieldError(.quota(limit: Self.campaignCountLimit), at: path)) }
        guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
        room -= 1
        let campaign = CampaignRecord(
          id: identifiers.number(digits: Self.idDigits), profileID: scope.profile.id, program: program,
          name: definition.name, state: definition.state, canonicalID: definition.audienceID,
          definition: try JSONValue.object(definition.members).text, createdAt: now)
        try transaction.insert(campaign)
        return .success(campaign)
      }
    }
  }

  /// Changes campaigns, each by itself, to what is said; the rest of them stays.
  package func update(
    _ elements: [JSONValue], program: CampaignRecord.Program, in scope: SponsoredScope
  ) async throws -> [Outcome] {
    let now = clock.now
    let today = today(in: scope)
    let changes = elements.enumerated().map { index, element in
      Self.shaped(element, of: program, isNew: false, at: "[\(index)]")
    }
    return try await store.write { transaction in
      try changes.enumerated().map { index, change in
        guard case .success(let given) = change else { return change.failed }
        return try update(given, program: program, in: scope, today: today, transaction, at: "[\(index)]", now)
      }
    }
  }

  private func update(
    _ change: [String: JSONValue], program: CampaignRecord.Program, in scope: SponsoredScope, today: String,
    _ transaction: WriteTransaction, at path: String, _ now: Date
  ) throws -> Outcome {
    var given = change
    let id = given.removeValue(forKey: "campaignId")?.string ?? ""
    let known = try self.campaign(id: id, program: program, in: scope, transaction, at: "\(path).campaignId")
    guard case .success(var campaign) = known else { return known }
    let stored = CampaignDefinition(program: program, members: try campaign.members())
    let definition = stored.updated(with: given)
    var problems =
      try definition.problems(given: given, today: today, at: path)
      + conflicts(of: definition, id: campaign.id, in: scope, transaction, at: path)
    if definition.members["targetingType"] != stored.members["targetingType"] {
      problems.append(FieldError(.unchangeable, at: "\(path).targetingType"))
    }
    guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
    (campaign.name, campaign.state, campaign.canonicalID) = (definition.name, definition.state, definition.audienceID)
    campaign.definition = try JSONValue.object(definition.members).text
    campaign.updatedAt = now
    try transaction.update(campaign)
    return .success(campaign)
  }

  /// The members that a client gives, where they have the program's shape.
  private static func shaped(
    _ element: JSONValue, of program: CampaignRecord.Program, isNew: Bool, at path: String
  ) -> Result<[String: JSONValue], FieldErrors> {
    let problems = CampaignShape.shape(of: program, isNew: isNew).problems(of: element, at: path)
    return problems.isEmpty ? .success(element.withoutNulls.objectMembers) : .failure(FieldErrors(problems))
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

  /// What is wrong with a campaign because of what else there is.
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
    return problems
  }

  /// The day of the profile's marketplace.
  private func today(in scope: SponsoredScope) -> String {
    Marketplace(id: scope.account.marketplaceID)?.day(of: clock.now) ?? String(Timestamp.text(of: clock.now).prefix(10))
  }

  // MARK: Showing

  /// A part of the campaigns that match, oldest first.
  package struct Page: Sendable {
    package var campaigns: [CampaignRecord]
    package var matchCount: Int
    /// The sequence of the last campaign; nil after the last part.
    package var nextSequence: Int64?
  }

  /// The profile's campaigns of a program that match, oldest first, from after `sequence`, at most `limit`.
  package func campaigns(
    program: CampaignRecord.Program, matching filter: CampaignFilter, in scope: SponsoredScope,
    after sequence: Int64, limit: Int
  ) async throws -> Page {
    let (found, matchCount) = try await store.read { snapshot in
      (
        // One more than the part holds tells whether more follow.
        try snapshot.campaigns(
          filter, profileID: scope.profile.id, program: program, after: sequence, limit: limit + 1),
        try snapshot.campaignCount(filter, profileID: scope.profile.id, program: program)
      )
    }
    let part = Array(found.prefix(limit))
    return Page(
      campaigns: part, matchCount: matchCount, nextSequence: found.count > limit ? part.last?.sequence : nil)
  }
}

extension Result where Failure == FieldErrors {
  /// The same failure as the outcome of an element; no errors where there is none.
  fileprivate var failed: CampaignService.Outcome {
    switch self {
    case .success: .failure(FieldErrors([]))
    case .failure(let errors): .failure(errors)
    }
  }
}

/// All that is wrong with one element.
package struct FieldErrors: Error, Sendable, Hashable {
  package var problems: [FieldError]

  package init(_ problems: [FieldError]) {
    self.problems = problems
  }
}

extension CampaignRecord {
  /// What the client has said, as the members of an object. Throws `MetadataError.corrupted`: only checked texts are stored.
  package func members() throws -> [String: JSONValue] {
    try JSONValue.storedMembers(definition)
  }
}
