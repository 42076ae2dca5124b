package import Foundation
import GRDB

/// An audience in an advertiser account, made by the transaction that makes its run a success.
package struct AdvertiserAudienceRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "advertiserAudience"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, canonicalID, audienceID, advertiserID, advertiserKind, accountID, name, audienceDescription
    case createdAt, updatedAt
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var canonicalID: String
  package var audienceID: String
  package var advertiserID: String
  package var advertiserKind: AdvertiserKind
  package var accountID: String
  /// The name in the account.
  package var name: String
  package var audienceDescription: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, canonicalID: String, audienceID: String, advertiserID: String, advertiserKind: AdvertiserKind,
    accountID: String, name: String, audienceDescription: String, createdAt: Date
  ) {
    (self.id, self.canonicalID, self.audienceID) = (id, canonicalID, audienceID)
    (self.advertiserID, self.advertiserKind, self.accountID) = (advertiserID, advertiserKind, accountID)
    (self.name, self.audienceDescription) = (name, audienceDescription)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The account's audience for an audience; nil before its first success.
  package func advertiserAudience(audienceID: String) throws -> AdvertiserAudienceRecord? {
    try AdvertiserAudienceRecord.fetchOne(database, key: ["audienceID": audienceID])
  }

  /// The account's audience with the canonical id, with the audience itself; nil if there is none.
  package func advertiserAudience(
    canonicalID: String
  ) throws -> (shown: AdvertiserAudienceRecord, audience: AudienceRecord)? {
    guard let shown = try AdvertiserAudienceRecord.fetchOne(database, key: ["canonicalID": canonicalID]),
      let audience = try find(AudienceRecord.self, id: shown.audienceID)
    else { return nil }
    return (shown, audience)
  }

  /// The account's audiences for these audiences, by audience id.
  package func advertiserAudiences(audienceIDs: [String]) throws -> [String: AdvertiserAudienceRecord] {
    let found = try AdvertiserAudienceRecord.filter { audienceIDs.contains($0.audienceID) }.fetchAll(database)
    return Dictionary(found.map { ($0.audienceID, $0) }) { first, _ in first }
  }

  /// The names of the account's audiences of one kind, by canonical id. Ids of no such audience are left out.
  package func advertiserAudienceNames(
    canonicalIDs: Set<String>, accountID: String, kind: AdvertiserKind
  ) throws -> [String: String] {
    let audiences = try AdvertiserAudienceRecord.filter { $0.accountID == accountID && $0.advertiserKind == kind }
      .filter(literal: "canonicalID IN \(SQL(values: canonicalIDs))").fetchAll(database)
    return Dictionary(audiences.map { ($0.canonicalID, $0.name) }) { first, _ in first }
  }

  /// The audiences of queries that match, oldest first, from after the position, at most `limit`.
  ///
  /// - Parameter position: The creation time and the canonical id of the last audience before the list.
  package func advertiserAudiences(
    _ query: AdvertiserAudienceQuery, after position: (createdAt: Date, canonicalID: String), limit: Int
  ) throws -> [ListedAudience] {
    try query.request.including(required: AdvertiserAudienceRecord.audience)
      .filter(
        sql: "(advertiserAudience.createdAt, advertiserAudience.canonicalID) > (?, ?)",
        arguments: [position.createdAt.databaseMilliseconds, position.canonicalID]
      ).order { [$0.createdAt, $0.canonicalID] }.limit(limit).asRequest(of: ListedAudience.self).fetchAll(database)
  }

  /// The number of audiences of queries that match.
  package func advertiserAudienceCount(_ query: AdvertiserAudienceQuery) throws -> Int {
    try query.request.fetchCount(database)
  }
}

/// An audience as the advertiser account sees it, and the audience itself.
package struct ListedAudience: Decodable, FetchableRecord, Sendable, Hashable {
  package var shown: AdvertiserAudienceRecord
  package var audience: AudienceRecord
}

/// The audiences of queries in a list of an account.
package struct AdvertiserAudienceQuery: Sendable, Hashable {
  package var accountID: String
  package var kind: AdvertiserKind
  /// The advertiser whose audiences are listed; nil for all of the account's.
  package var advertiserID: String?
  /// Conditions that all have to hold.
  package var conditions: [AudienceCondition]
  /// Whether only deactivated audiences are listed, or only others; nil for both.
  package var isDeactivated: Bool?

  package init(
    accountID: String, kind: AdvertiserKind, advertiserID: String?, conditions: [AudienceCondition],
    isDeactivated: Bool? = nil
  ) {
    (self.accountID, self.kind, self.advertiserID) = (accountID, kind, advertiserID)
    (self.conditions, self.isDeactivated) = (conditions, isDeactivated)
  }

  fileprivate var request: QueryInterfaceRequest<AdvertiserAudienceRecord> {
    var request = AdvertiserAudienceRecord.filter { $0.accountID == accountID && $0.advertiserKind == kind }
    if let advertiserID { request = request.filter { $0.advertiserID == advertiserID } }
    for condition in conditions {
      request = request.filter { condition.on(id: $0.canonicalID, name: $0.name, description: $0.audienceDescription) }
    }
    guard let isDeactivated else { return request }
    return request.joining(
      required: AdvertiserAudienceRecord.audience.filter {
        let deactivated = AudienceRecord.Status.deactivated
        return isDeactivated ? $0.status == deactivated : $0.status != deactivated
      })
  }
}

/// A condition on an audience as an account sees it. Texts are compared without regard to case, ids exactly.
package indirect enum AudienceCondition: Sendable, Hashable {
  case id(anyOf: [String])
  /// The name contains one of the texts.
  case name(containsAnyOf: [String])
  /// The name or the description contains the text.
  case text(contains: String)
  case not(AudienceCondition)

  /// The condition in SQL on the given columns.
  func on(
    id: some SQLSpecificExpressible, name: some SQLSpecificExpressible, description: some SQLSpecificExpressible
  ) -> SQLExpression {
    switch self {
    case .id(let ids): ids.contains(id)
    case .name(let texts): texts.map { TextFunctions.contains(name, $0) }.joined(operator: .or)
    case .text(let text):
      TextFunctions.contains(
        [name.sqlExpression, "\n".sqlExpression, description.sqlExpression].joined(operator: .concat), text)
    case .not(let condition): !condition.on(id: id, name: name, description: description)
    }
  }
}

extension AdvertiserAudienceRecord {
  fileprivate static let audience = belongsTo(
    AudienceRecord.self, using: ForeignKey([Columns.audienceID], to: [AudienceRecord.Columns.id]))
}
