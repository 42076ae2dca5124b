import Catalog
import CleanRoom
import Metadata
import Queries
import ServerTestSupport
import Testing

/// The paid features that an instance's queries may use.
@Suite struct SubscriptionTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore
  private let service: SubscriptionService
  private let sandbox = Fixtures.setup.instanceID
  private let standard = Fixtures.otherSetup.instanceID

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    service = SubscriptionService(store: store)
    for setup in [Fixtures.setup, Fixtures.otherSetup] {
      try await InstanceService(store: store).create(setup, at: Fixtures.now)
    }
  }

  private func subscriptions(of instanceID: String) async throws -> Set<String>? {
    try await RecordedCatalogues(store: store).catalogue(for: instanceID).subscriptions
  }

  @Test func sandboxesHaveAllFeaturesAndOthersTheirSubscriptions() async throws {
    #expect(try await subscriptions(of: sandbox) == nil)
    #expect(try await subscriptions(of: standard) == [])
    #expect(try await subscriptions(of: "nobody") == [])
    #expect(try await service.subscribe(instanceID: standard, to: "Retail-Purchases", at: Fixtures.now))
    #expect(try await !service.subscribe(instanceID: standard, to: "retail-purchases", at: Fixtures.now))
    #expect(try await subscriptions(of: standard) == ["retail-purchases"])
    #expect(try await service.unsubscribe(instanceID: standard, from: "retail-purchases", at: Fixtures.now))
    #expect(try await !service.unsubscribe(instanceID: standard, from: "retail-purchases", at: Fixtures.now))
    #expect(try await subscriptions(of: standard) == [])
  }

  @Test func invalidSubscriptionsAreRefused() async throws {
    await #expect(throws: CleanRoomError.sandboxHasAllFeatures) {
      try await service.subscribe(instanceID: sandbox, to: "your-garage", at: Fixtures.now)
    }
    await #expect(throws: CleanRoomError.unknownInstance) {
      try await service.unsubscribe(instanceID: "nobody", from: "your-garage", at: Fixtures.now)
    }
    await #expect(throws: CleanRoomError.unknownFeature(nearest: "your-garage")) {
      try await service.subscribe(instanceID: standard, to: "your-garages", at: Fixtures.now)
    }
    await #expect(throws: CleanRoomError.unknownInstance) {
      try await service.features(instanceID: "nobody")
    }
  }

  @Test func featuresListTheirTables() async throws {
    _ = try await service.subscribe(instanceID: standard, to: "prime-video-channel-insights", at: Fixtures.now)
    let features = try await service.features(instanceID: standard)
    let on = try #require(features.first { $0.isSubscribed })
    #expect(features.count(where: \.isSubscribed) == 1)
    #expect(on.tables == ["amazon_pvc_enrollments", "amazon_pvc_streaming_events_feed"])
    #expect(try await service.features(instanceID: sandbox).allSatisfy(\.isSubscribed))
  }

  @Test func advertisersAreAddedOnce() async throws {
    let instances = InstanceService(store: store)
    let added = [
      InstanceSetup.Advertiser(kind: .adServer, id: "710001", name: "Server", marketplaceID: "M"),
      InstanceSetup.Advertiser(
        kind: .display, id: Fixtures.setup.displayAdvertiserID, name: "Other name", marketplaceID: nil),
    ]
    for _ in 1...2 { try await instances.addAdvertisers(added, instanceID: sandbox, at: Fixtures.now) }
    let (found, count) = try await instances.advertisers(instanceID: sandbox, kind: nil, afterID: "", limit: 10)
    #expect(count == 3)
    #expect(found.first { $0.kind == .adServer }?.id == "710001")
    #expect(!found.contains { $0.name == "Other name" })
  }

  @Test func uploadsBelongToTheirInstanceAndTakePrecedence() async throws {
    let mine = DataSource.uploaded(
      name: "store_visits", columns: [UploadedColumn(name: "user_id", type: .string, kind: .dimension)],
      userColumn: "user_id", eventTimeColumn: nil)
    var other = mine
    other.name = "dsp_impressions"
    let uploads = [standard: [mine, other]]
    let catalogues = RecordedCatalogues(store: store) { instanceID, _ in uploads[instanceID] ?? [] }
    let catalogue = try await catalogues.catalogue(for: standard)
    #expect(catalogue.dataSource(named: "STORE_VISITS")?.owner == .customer)
    #expect(catalogue.dataSource(named: "dsp_impressions")?.owner == .customer)
    #expect(try await catalogues.catalogue(for: sandbox).dataSource(named: "dsp_impressions")?.owner == .amazon)
    #expect(try await catalogues.catalogue(for: sandbox).dataSource(named: "store_visits") == nil)
  }
}
