import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ServerTestSupport
import Testing

extension APIClient {
  /// Sends with the header of a profile.
  func scoped(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil, headers: Headers = [:]
  ) async throws -> Answer {
    let usual: Headers = ["Amazon-Advertising-API-Scope": Fixtures.setup.profileID]
    return try await send(
      method, path, body: body, headers: credentials.merging(usual) { $1 }.merging(headers) { $1 })
  }

  /// Sends with the headers of an advertiser of Amazon DSP.
  func unified(_ path: String, body: String, headers: Headers = [:]) async throws -> Answer {
    var usual: Headers = [
      "Amazon-Ads-ClientId": clientID, "Amazon-Ads-AccountId": Fixtures.setup.displayAdvertiserID,
      "Authorization": "Bearer \(token)",
    ]
    usual.merge(headers) { $1 }
    return try await send(.post, "/adsApi/v1\(path)", body: body, headers: usual)
  }
}

extension TestServer {
  /// Makes an audience and waits until it has members; returns its id and its id in the advertiser account.
  func makeAudience(
    _ client: APIClient, _ name: String = "Cart", advertiserID: String = Fixtures.setup.displayAdvertiserID
  ) async throws -> (id: String, canonicalID: String) {
    let id = try await client.createAudience([
      "audienceName": "\"\(name)\"", "advertiserId": "\"\(advertiserID)\"",
    ])
    await jobs.waitUntilFinished(id)
    return (id, try await client.audiences(.get, "/\(id)").text("dspCanonicalId"))
  }

  /// Makes an audience of the sponsored ads advertiser.
  func makeSponsoredAudience(_ client: APIClient, _ name: String = "Cart") async throws -> (
    id: String, canonicalID: String
  ) {
    try await makeAudience(client, name, advertiserID: Fixtures.setup.sponsoredAdsAdvertiserID)
  }

  /// Stores entities of the fixture's profile or DSP advertiser with ids of the test's choice.
  func makeEntities(
    _ kind: AdvertisingEntityRecord.Kind, _ ids: String..., parentID: String? = nil
  ) async throws {
    let setup = Fixtures.setup
    let isOfDSP = [.dspCampaign, .dspLineItem].contains(kind)
    let owner = AdvertisingOwner(
      accountID: setup.accountID, id: isOfDSP ? setup.displayAdvertiserID : setup.profileID)
    let now = clock.now
    try await components.store.write { transaction in
      for id in ids {
        try transaction.insert(
          AdvertisingEntityRecord(
            id: id, kind: kind, owner: owner, parentID: parentID, name: "Spring \(id)", state: .enabled,
            definition: "{}", createdAt: now))
      }
    }
  }

  /// Deactivates an audience as the refresh runner does with one that is never refreshed.
  func deactivate(audienceID: String) async throws {
    let now = clock.now
    try await components.store.write { transaction in
      var audience = try #require(try transaction.find(AudienceRecord.self, id: audienceID))
      audience.status = .deactivated
      audience.memberCount = 0
      try transaction.update(audience)
      try transaction.requestExports(audienceID: audienceID, at: now)
    }
  }

  /// The profile that a sponsored ads advertiser of the fixture's account has.
  func profileID(ofAdvertiser advertiserID: String) async throws -> String {
    let profiles = try await components.store.read { try $0.profiles(accountID: Fixtures.setup.accountID) }
    return try #require(profiles.first { $0.advertiserID == advertiserID }).id
  }
}

/// JSON texts with some members replaced by others, or removed by empty ones.
enum JSONBody {
  static func object(_ members: [String: String]) -> String {
    let kept = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    return "{" + kept.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }
}
