import Foundation
import Metadata
import ServerTestSupport
import Testing

/// Filters of campaigns in the store mean what the API says of them.
@Suite struct CampaignListTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    try await store.write { transaction in
      try transaction.insert(AccountRecord(id: "A", name: "A", marketplaceID: "M", createdAt: Fixtures.now))
      for id in ["p", "other"] { try transaction.insert(ProfileRecord(id: id, accountID: "A")) }
      let campaigns = [
        ("1", "p", "Äpfel im Herbst", AdvertisingEntityRecord.State.enabled, #"{"portfolioId":"x","goal":"g"}"#),
        ("2", "p", "Birnen", .paused, #"{"portfolioId":"y"}"#),
        ("3", "p", "A\u{308}PFEL", .archived, "{}"),
        ("4", "other", "Äpfel im Herbst", .enabled, "{}"),
        ("5", "p", "Pflaumen 100%", .enabled, #"{"goal":"g"}"#),
      ]
      for (id, profileID, name, state, definition) in campaigns {
        try transaction.insert(
          AdvertisingEntityRecord(
            id: id, kind: .brandsCampaign, owner: AdvertisingOwner(accountID: "A", id: profileID), name: name,
            state: state, definition: definition, createdAt: Fixtures.now))
      }
    }
  }

  private static let owner = AdvertisingOwner(accountID: "A", id: "p")

  private func ids(_ change: (inout AdvertisingEntityFilter) -> Void = { _ in }) async throws -> [String] {
    var filter = AdvertisingEntityFilter()
    change(&filter)
    return try await store.read { [filter] snapshot in
      let found = try snapshot.advertisingEntities(filter, kind: .brandsCampaign, owner: Self.owner, limit: 10)
      let count = try snapshot.advertisingEntityCount(filter, kind: .brandsCampaign, owner: Self.owner)
      #expect(count == found.count)
      return found.map(\.id)
    }
  }

  @Test func filtersGoTogether() async throws {
    #expect(try await ids() == ["1", "2", "3", "5"])
    #expect(try await ids { $0.ids = ["2", "4"] } == ["2"])
    #expect(try await ids { $0.states = [.enabled, .archived] } == ["1", "3", "5"])
    #expect(try await ids { $0.portfolioIDs = ["x", "z"] } == ["1"])
    #expect(try await ids { $0.goals = ["g"] } == ["1", "5"])
    #expect(try await ids { ($0.goals, $0.portfolioIDs) = (["g"], ["x"]) } == ["1"])
    #expect(try await ids { $0.goals = [] } == [])
  }

  @Test func namesAreFoundWhateverTheirCaseAndForm() async throws {
    #expect(try await ids { $0.names = ["äpfel", "nothing"] } == ["1", "3"])
    #expect(try await ids { $0.names = ["%"] } == ["5"])
    #expect(try await ids { $0.names = [] } == [])
    #expect(try await ids { ($0.names, $0.matchesWholeNames) = (["ÄPFEL", "birnen"], true) } == ["2", "3"])
  }

  @Test func pagesGoOnWhereTheLastEnded() async throws {
    var (seen, last): ([String], Int64) = ([], 0)
    while true {
      let page = try await store.read { [last] in
        try $0.advertisingEntities(
          AdvertisingEntityFilter(), kind: .brandsCampaign, owner: Self.owner, after: last, limit: 2)
      }
      guard let end = page.last?.sequence else { break }
      seen += page.map(\.id)
      last = end
    }
    #expect(seen == ["1", "2", "3", "5"])
  }

  @Test func aNameIsTakenWhileItsCampaignIsNotArchived() async throws {
    func isTaken(_ name: String, except id: String? = nil) async throws -> Bool {
      try await store.read {
        try $0.hasAdvertisingEntity(
          named: name, parentID: nil, kind: .brandsCampaign, owner: Self.owner, except: id)
      }
    }
    #expect(try await isTaken("Birnen"))
    #expect(try await !isTaken("Birnen", except: "2"))
    #expect(try await !isTaken("A\u{308}PFEL"))
    let living = try await store.read {
      try $0.livingAdvertisingEntityCount(kind: .brandsCampaign, owner: Self.owner)
    }
    #expect(living == 3)
  }

  /// The campaigns of targets are those of their ad groups; a targeting type is that of the ad group's campaign.
  @Test func filtersReachTheCampaignsAbove() async throws {
    try await store.write { transaction in
      let entities: [(id: String, kind: AdvertisingEntityRecord.Kind, parentID: String?)] = [
        ("c1", .displayCampaign, nil), ("c2", .displayCampaign, nil), ("g1", .displayAdGroup, "c1"),
        ("g2", .displayAdGroup, "c2"), ("t1", .displayTarget, "g1"), ("t2", .displayTarget, "g2"),
        ("t3", .displayTarget, "g1"), ("auto", .productsCampaign, nil), ("manual", .productsCampaign, nil),
        ("p1", .productsAdGroup, "auto"), ("p2", .productsAdGroup, "manual"),
      ]
      for (id, kind, parentID) in entities {
        let definition = kind == .productsCampaign ? #"{"targetingType":"\#(id.uppercased())"}"# : #"{"portfolioId":5}"#
        try transaction.insert(
          AdvertisingEntityRecord(
            id: id, kind: kind, owner: Self.owner, parentID: parentID, definition: definition, createdAt: Fixtures.now))
      }
    }
    func ids(
      _ kind: AdvertisingEntityRecord.Kind, _ change: (inout AdvertisingEntityFilter) -> Void
    ) async throws -> [String] {
      var filter = AdvertisingEntityFilter()
      change(&filter)
      return try await store.read { [filter] in
        try $0.advertisingEntities(filter, kind: kind, owner: Self.owner, limit: 10).map(\.id)
      }
    }
    #expect(try await ids(.displayTarget) { $0.grandparentIDs = ["c1", "x"] } == ["t1", "t3"])
    #expect(try await ids(.displayTarget) { $0.parentIDs = ["g2"] } == ["t2"])
    #expect(try await ids(.productsAdGroup) { $0.targetingType = "AUTO" } == ["p1"])
    #expect(try await ids(.displayCampaign) { $0.portfolioIDs = ["5"] } == ["c1", "c2"])
  }
}
