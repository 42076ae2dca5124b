package import Base
import CleanRoom
package import Metadata

import struct Foundation.Date

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
    // The store has one writer, so everything that needs no record is done before the transaction.
    let drafts = elements.enumerated().map { index, element in
      Self.shaped(element, of: program, isNew: true, at: "[\(index)]").map { given in
        var definition = CampaignDefinition(program: program, members: given)
        definition.complete(today: today)
        return (definition, problems: definition.problems(given: given, today: today, at: "[\(index)]"))
      }
    }
    return try await store.write { transaction in
      var room =
        try Self.campaignCountLimit - transaction.livingCampaignCount(profileID: scope.profile.id, program: program)
      return try drafts.enumerated().map { index, draft in
        switch draft {
        case .failure(let errors): return .failure(errors)
        case .success((let definition, var problems)):
          problems += try conflicts(of: definition, id: nil, in: scope, transaction, at: "[\(index)]")
          if room <= 0 { problems.append(FieldError(.quota(limit: Self.campaignCountLimit), at: "[\(index)]")) }
          guard problems.isEmpty else { return .failure(FieldErrors(problems)) }
          let campaign = CampaignRecord(
            id: identifiers.number(digits: Self.idDigits), profileID: scope.profile.id, program: program,
            name: definition.name, state: definition.state, canonicalID: definition.audienceID,
            definition: try JSONValue.object(definition.members).text, createdAt: now)
          try transaction.insert(campaign)
          if campaign.state != .archived { room -= 1 }
          return .success(campaign)
        }
      }
    }
  }

  /// Changes the given members of campaigns, each independently of the others. Other members stay.
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
        switch change {
        case .failure(let errors): return .failure(errors)
        case .success(let given):
          return try update(given, program: program, in: scope, today: today, transaction, at: "[\(index)]", now)
        }
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
    try transaction.update(&campaign, at: now)
    return .success(campaign)
  }

  /// The members of an element, or the problems of its shape.
  private static func shaped(
    _ element: JSONValue, of program: CampaignRecord.Program, isNew: Bool, at path: String
  ) -> Result<[String: JSONValue], FieldErrors> {
    let shape = CampaignShape.shape(of: program, isNew: isNew)
    let element = shape.tidied(element, at: path)
    let problems = shape.problems(of: element, at: path)
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
        try transaction.update(&campaign, at: now)
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
