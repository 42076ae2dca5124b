package import struct Foundation.Date
import GRDB

/// A campaign, an ad group or a target of advertising as its client described it. Nothing is spent.
package struct AdvertisingEntityRecord: ChangingRecord {
  package static let databaseTableName = "advertisingEntity"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, kind, accountID, ownerID, parentID, name, state, definition, createdAt, updatedAt
  }

  package enum Kind: String, StoredChoice {
    /// A campaign of Amazon DSP, which its console calls an order.
    case dspCampaign
    /// A line item of Amazon DSP, which its newer API calls an ad group.
    case dspLineItem
    /// A campaign of Sponsored Products.
    case productsCampaign
    /// An ad group of Sponsored Products.
    case productsAdGroup
    /// A campaign of Sponsored Brands.
    case brandsCampaign
    /// A campaign of Sponsored Display.
    case displayCampaign
    /// An ad group of Sponsored Display.
    case displayAdGroup
    /// A target of Sponsored Display, which shows the advertisements of an ad group to an audience.
    case displayTarget
  }

  package enum State: String, StoredChoice {
    case enabled = "ENABLED"
    case paused = "PAUSED"
    case proposed = "PROPOSED"
    case archived = "ARCHIVED"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var kind: Kind
  package var accountID: String
  /// The profile that it was made with, or the advertiser of Amazon DSP.
  package var ownerID: String
  /// The campaign of an ad group, or the ad group of a target; nil for a campaign.
  package var parentID: String?
  /// Empty for a target, which has none.
  package var name: String
  package var state: State
  /// A JSON object: the client's own, with the defaults of missing members.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, kind: Kind, owner: AdvertisingOwner, parentID: String? = nil, name: String = "", state: State = .paused,
    definition: String = "{}", createdAt: Date
  ) {
    (self.id, self.kind, accountID, ownerID) = (id, kind, owner.accountID, owner.id)
    (self.parentID, self.name, self.state) = (parentID, name, state)
    (self.definition, self.createdAt, updatedAt) = (definition, createdAt, createdAt)
  }
}

/// The owner of campaigns, ad groups and targets: a profile, or an advertiser of Amazon DSP in an account.
package struct AdvertisingOwner: Sendable, Hashable {
  package var accountID: String
  /// The id of the profile or advertiser.
  package var id: String

  package init(accountID: String, id: String) {
    (self.accountID, self.id) = (accountID, id)
  }
}

/// A filter of lists of campaigns, ad groups or targets. A property that is nil restricts nothing.
package struct AdvertisingEntityFilter: Sendable, Hashable {
  package var ids: Set<String>?
  package var parentIDs: Set<String>?
  /// The campaigns of the ad groups that targets are in.
  package var grandparentIDs: Set<String>?
  package var portfolioIDs: Set<String>?
  package var goals: Set<String>?
  package var states: Set<AdvertisingEntityRecord.State>?
  /// The targeting type of the campaign of Sponsored Products that ad groups are in.
  package var targetingType: String?
  /// Names or parts of names, without regard to case. One of them has to match.
  package var names: [String]?
  /// Whether a name is matched as a whole instead of in part.
  package var matchesWholeNames = false

  package init() {}

  fileprivate func applied(
    to entities: QueryInterfaceRequest<AdvertisingEntityRecord>
  ) -> QueryInterfaceRequest<AdvertisingEntityRecord> {
    var request = entities
    if let ids { request = request.filter { ids.contains($0.id) } }
    if let parentIDs { request = request.filter { parentIDs.contains($0.parentID) } }
    if let grandparentIDs {
      let parents = AdvertisingEntityRecord.filter { grandparentIDs.contains($0.parentID) }.select { $0.id }
      request = request.filter { parents.contains($0.parentID) }
    }
    if let states { request = request.filter { states.contains($0.state) } }
    if let portfolioIDs { request = request.filter { portfolioIDs.contains(Self.member("portfolioId", of: $0)) } }
    if let goals { request = request.filter { goals.contains(Self.member("goal", of: $0)) } }
    if let targetingType {
      let parents = AdvertisingEntityRecord.filter { Self.member("targetingType", of: $0) == targetingType }
      request = request.filter { parents.select { $0.id }.contains($0.parentID) }
    }
    guard let names else { return request }
    let matches = matchesWholeNames ? TextFunctions.equals : TextFunctions.contains
    return request.filter { columns in names.map { matches(columns.name, $0) }.joined(operator: .or) }
  }

  /// A member of the definition as text; empty where it is missing.
  private static func member(_ name: String, of columns: AdvertisingEntityRecord.Columns.Type) -> SQLExpression {
    cast(Database.jsonExtract(columns.definition, atPath: "$.\(name)"), as: .text) ?? ""
  }
}

extension MetadataReading {
  /// The owner's entity with the id, or nil.
  package func advertisingEntity(
    id: String, kind: AdvertisingEntityRecord.Kind, owner: AdvertisingOwner
  ) throws -> AdvertisingEntityRecord? {
    try entities(kind, owner).filter { $0.id == id }.fetchOne(database)
  }

  /// The owner's entities that match, oldest first, from after `sequence`, without the first `offset` of these, at most
  /// `limit`.
  package func advertisingEntities(
    _ filter: AdvertisingEntityFilter, kind: AdvertisingEntityRecord.Kind, owner: AdvertisingOwner,
    after sequence: Int64 = 0, offset: Int = 0, limit: Int
  ) throws -> [AdvertisingEntityRecord] {
    try filter.applied(to: entities(kind, owner)).filter { $0.sequence > sequence }.order { $0.sequence }
      .limit(limit, offset: offset).fetchAll(database)
  }

  /// The number of the owner's entities that match.
  package func advertisingEntityCount(
    _ filter: AdvertisingEntityFilter, kind: AdvertisingEntityRecord.Kind, owner: AdvertisingOwner
  ) throws -> Int {
    try filter.applied(to: entities(kind, owner)).fetchCount(database)
  }

  /// The number of the owner's entities of the kind that are not archived.
  package func livingAdvertisingEntityCount(
    kind: AdvertisingEntityRecord.Kind, owner: AdvertisingOwner
  ) throws -> Int {
    try livingEntities(kind, owner).fetchCount(database)
  }

  /// Whether another one of the same parent, that is not archived, has the name.
  package func hasAdvertisingEntity(
    named name: String, parentID: String?, kind: AdvertisingEntityRecord.Kind, owner: AdvertisingOwner,
    except id: String?
  ) throws -> Bool {
    try !livingEntities(kind, owner).filter { $0.name == name && $0.parentID == parentID && $0.id != id ?? "" }
      .isEmpty(database)
  }

  private func entities(
    _ kind: AdvertisingEntityRecord.Kind, _ owner: AdvertisingOwner
  ) -> QueryInterfaceRequest<AdvertisingEntityRecord> {
    AdvertisingEntityRecord.filter { $0.accountID == owner.accountID && $0.ownerID == owner.id && $0.kind == kind }
  }

  /// Those that are not archived. The state is a literal, as in the condition of their index.
  private func livingEntities(
    _ kind: AdvertisingEntityRecord.Kind, _ owner: AdvertisingOwner
  ) -> QueryInterfaceRequest<AdvertisingEntityRecord> {
    entities(kind, owner).filter(sql: "state != 'ARCHIVED'")
  }
}
