import Activation
import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Testing

@Suite struct AccessTests {
  private let room: Room

  init() async throws {
    room = try await Room()
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    try await room.store.write { transaction in
      try transaction.insert(ClientRecord(id: "client", name: "c", secretHash: Data(), createdAt: Fixtures.now))
    }
    try await room.instances.grantAccess(clientID: "client", accountID: Fixtures.setup.accountID, at: Fixtures.now)
  }

  @Test func clientsReachTheirOwnAccount() async throws {
    let account = try await room.instances.account(
      id: Fixtures.setup.accountID, marketplaceID: Fixtures.setup.marketplaceID,
      principal: Principal(clientID: "client", intent: .view))
    #expect(account.id == Fixtures.setup.accountID)
    let instance = try await room.instances.instance(
      id: Fixtures.setup.instanceID, accountID: account.id, principal: Principal(clientID: "client", intent: .view))
    #expect(instance.id == Fixtures.setup.instanceID)
    let profile = try await room.instances.account(
      profileID: Fixtures.setup.profileID, principal: Principal(clientID: "client", intent: .view))
    #expect(profile.id == account.id)
  }

  @Test(arguments: [Fixtures.otherSetup.accountID, "ENTITYUNKNOWN"])
  func otherAccountsAreForbiddenWhetherTheyExistOrNot(_ id: String) async throws {
    await #expect(throws: CleanRoomError.accountForbidden) {
      _ = try await room.instances.account(id: id, principal: Principal(clientID: "client", intent: .view))
    }
  }

  @Test func theMarketplaceMustBeTheAccounts() async throws {
    await #expect(throws: CleanRoomError.marketplaceMismatch) {
      _ = try await room.instances.account(
        id: Fixtures.setup.accountID, marketplaceID: "A1PA6795UKMFR9",
        principal: Principal(clientID: "client", intent: .view))
    }
  }

  @Test func otherInstancesAreForbidden() async throws {
    await #expect(throws: CleanRoomError.instanceForbidden) {
      _ = try await room.instances.instance(
        id: Fixtures.otherSetup.instanceID, accountID: Fixtures.setup.accountID,
        principal: Principal(clientID: "client", intent: .view))
    }
  }

  @Test func unknownInstancesAreNotFound() async throws {
    for id in ["unknown", "", "a/b", "amcdemo01\u{0}"] {
      await #expect(throws: CleanRoomError.unknownInstance) {
        _ = try await room.instances.instance(
          id: id, accountID: Fixtures.setup.accountID, principal: Principal(clientID: "client", intent: .view))
      }
    }
  }

  @Test func theInstanceMustBeTheAccounts() async throws {
    await #expect(throws: CleanRoomError.accountForbidden) {
      _ = try await room.instances.instance(
        id: Fixtures.setup.instanceID, accountID: Fixtures.otherSetup.accountID,
        principal: Principal(clientID: "client", intent: .view))
    }
    try await room.instances.grantAccess(clientID: "client", accountID: Fixtures.otherSetup.accountID, at: Fixtures.now)
    await #expect(throws: CleanRoomError.accountMismatch) {
      _ = try await room.instances.instance(
        id: Fixtures.setup.instanceID, accountID: Fixtures.otherSetup.accountID,
        principal: Principal(clientID: "client", intent: .view))
    }
  }

  @Test(arguments: [Fixtures.otherSetup.profileID, "unknown"])
  func otherProfilesAreForbidden(_ id: String) async throws {
    await #expect(throws: CleanRoomError.profileForbidden) {
      _ = try await room.instances.account(profileID: id, principal: Principal(clientID: "client", intent: .view))
    }
  }

  @Test func setupsAreAtomic() async throws {
    var setup = InstanceSetup.new(name: "third", kind: .standard, identifiers: RandomIdentifierGenerator())
    setup.instanceID = Fixtures.setup.instanceID
    let clash = setup
    await #expect(throws: MetadataError.self) { try await room.instances.create(clash, at: Fixtures.now) }
    #expect(try await room.store.read { try $0.find(AccountRecord.self, id: clash.accountID) } == nil)
  }

  @Test func newIdentifiersHaveTheFormOfTheAPI() {
    let setup = InstanceSetup.new(name: "x", kind: .sandbox, identifiers: RandomIdentifierGenerator())
    for id in [setup.accountID, setup.profileID, setup.instanceID, setup.displayAdvertiserID] {
      #expect(IdentifierShape.accepts(id))
    }
    #expect(setup.accountID.hasPrefix("ENTITY"))
    #expect(setup.displayAdvertiserID.count == 18)
  }
}

@Suite struct AdvertiserAudienceFilterTests {
  private typealias Filter = AdvertiserAudienceFilter

  /// Filters and whether the audience `AMC Cart` with the canonical id 42 passes them.
  static let filters: [([AdvertiserAudienceFilter], Bool)] = [
    ([], true),
    ([Filter(field: .audienceName, isNegated: false, values: ["cart"])], true),
    ([Filter(field: .audienceName, isNegated: false, values: ["AMC CART"])], true),
    ([Filter(field: .audienceName, isNegated: false, values: ["x", "car"])], true),
    ([Filter(field: .audienceName, isNegated: false, values: ["x"])], false),
    ([Filter(field: .audienceName, isNegated: true, values: ["cart"])], false),
    ([Filter(field: .audienceID, isNegated: false, values: ["42"])], true),
    ([Filter(field: .audienceID, isNegated: false, values: ["4"])], false),
    ([Filter(field: .audienceID, isNegated: true, values: ["4"])], true),
    ([Filter(field: .category, isNegated: false, values: ["Custom-built"])], true),
    ([Filter(field: .category, isNegated: false, values: ["Lifestyle"])], false),
    ([Filter(field: .categoryPath, isNegated: false, values: ["Custom-built/AMC"])], true),
    ([Filter(field: .status, isNegated: false, values: ["Active"])], true),
    ([Filter(field: .status, isNegated: true, values: ["Active"])], false),
    ([Filter(field: .audienceName, isNegated: false, values: [])], false),
    (
      [
        Filter(field: .category, isNegated: false, values: ["Custom-built"]),
        Filter(field: .audienceName, isNegated: false, values: ["x"]),
      ], false
    ),
  ]

  @Test(arguments: filters.indices)
  func everyFilterMustMatch(_ index: Int) async throws {
    let room = try await Room()
    let audience = try await room.createAudience()
    try await room.store.write { transaction in
      try transaction.insert(
        AdvertiserAudienceRecord(
          id: "1", canonicalID: "42", audienceID: audience.id, advertiserID: audience.advertiserID,
          advertiserKind: .display, accountID: Fixtures.setup.accountID, name: "AMC Cart", audienceDescription: "",
          createdAt: Fixtures.now))
    }
    let page = try await room.advertiserAudiences.displayAudiences(
      accountID: Fixtures.setup.accountID, advertiserID: nil, filters: Self.filters[index].0, after: "",
      limit: 10)
    #expect(page.audiences.map(\.id) == (Self.filters[index].1 ? ["42"] : []))
    #expect(page.matchCount == page.audiences.count)
  }
}
