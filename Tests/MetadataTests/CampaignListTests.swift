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
        ("1", "p", "Äpfel im Herbst", CampaignRecord.State.enabled, #"{"portfolioId":"x","goal":"g"}"#),
        ("2", "p", "Birnen", .paused, #"{"portfolioId":"y"}"#),
        ("3", "p", "A\u{308}PFEL", .archived, "{}"),
        ("4", "other", "Äpfel im Herbst", .enabled, "{}"),
        ("5", "p", "Pflaumen 100%", .enabled, #"{"goal":"g"}"#),
      ]
      for (id, profileID, name, state, definition) in campaigns {
        try transaction.insert(
          CampaignRecord(
            id: id, profileID: profileID, program: .sponsoredBrands, name: name, state: state, canonicalID: nil,
            definition: definition, createdAt: Fixtures.now))
      }
    }
  }

  private func ids(_ change: (inout CampaignFilter) -> Void = { _ in }) async throws -> [String] {
    var filter = CampaignFilter()
    change(&filter)
    return try await store.read { [filter] snapshot in
      let found = try snapshot.campaigns(filter, profileID: "p", program: .sponsoredBrands, after: 0, limit: 10)
      #expect(try snapshot.campaignCount(filter, profileID: "p", program: .sponsoredBrands) == found.count)
      return found.map(\.id)
    }
  }

  @Test func filtersGoTogether() async throws {
    #expect(try await ids() == ["1", "2", "3", "5"])
    #expect(try await ids { $0.ids = ["2", "4"] } == ["2"])
    #expect(try await ids { $0.states = ["ENABLED", "ARCHIVED"] } == ["1", "3", "5"])
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
        try $0.campaigns(CampaignFilter(), profileID: "p", program: .sponsoredBrands, after: last, limit: 2)
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
        try $0.hasCampaign(named: name, profileID: "p", program: .sponsoredBrands, except: id)
      }
    }
    #expect(try await isTaken("Birnen"))
    #expect(try await !isTaken("Birnen", except: "2"))
    #expect(try await !isTaken("A\u{308}PFEL"))
    #expect(try await store.read { try $0.livingCampaignCount(profileID: "p", program: .sponsoredBrands) } == 3)
  }
}
