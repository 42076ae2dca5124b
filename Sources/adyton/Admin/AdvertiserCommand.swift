import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

extension AdvertiserKind: ExpressibleByArgument {}

/// `adyton admin advertiser`
struct AdvertiserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advertiser", abstract: "The advertisers of instances.",
    subcommands: [List.self, Add.self, Remove.self])

  /// One advertiser of an instance.
  struct AdvertiserOptions: ParsableArguments {
    @OptionGroup var instance: InstanceOption

    @Option(help: "The id of the advertiser.")
    var advertiser: String
  }

  /// `adyton admin advertiser list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the advertisers of an instance: id, type, marketplace, name.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    func run(in store: MetadataStore) async throws {
      _ = try await AdminServices.instance(instance.id, in: store)
      let (advertisers, _) = try await InstanceService(store: store).advertisers(
        instanceID: instance.id, kind: nil, afterID: "", limit: InstanceRules.advertiserCountLimit)
      try options.print(
        ["advertiser", "type", "marketplace", "name"],
        advertisers.map { [$0.id, $0.kind.rawValue, $0.marketplaceID ?? "", $0.name] })
    }
  }

  /// `adyton admin advertiser add`
  struct Add: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add an advertiser to an instance, whosever it is.",
      discussion: """
          adyton admin advertiser add --instance shop --advertiser 579 --type DISPLAY
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var target: AdvertiserOptions

    @Option(help: "The type of the advertiser.")
    var type: AdvertiserKind

    @Option(help: "The id of its marketplace; for SPONSORED_ADS and SAS.")
    var marketplace: String?

    @Option(help: "The name of the advertiser; its id if not given.")
    var name: String?

    func run(in store: MetadataStore) async throws {
      let (instance, advertiser) = (target.instance.id, target.advertiser)
      let draft = AdvertiserUpdateDraft(
        additions: [.init(id: advertiser, kind: type, marketplaceID: marketplace)], removals: [])
      _ = try await AdminServices.advertisers(store).apply(
        draft, names: name.map { [advertiser: $0] } ?? [:], instanceID: instance)
      try options.print([("instance", instance), ("added", advertiser)])
    }
  }

  /// `adyton admin advertiser remove`
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take an advertiser out of an instance, and end its audiences.",
      discussion: "Its signals stay until the tables that hold them are loaded again.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var target: AdvertiserOptions
    @OptionGroup(title: "Storage") var storage: StorageOptions

    func run() async throws {
      try await options.withStore { store in
        let objects = try await storage.open(in: options.folder.open(), of: store)
        let (instance, advertiser) = (target.instance.id, target.advertiser)
        let known = try await store.read { try $0.advertiser(id: advertiser, instanceID: instance) }
        guard let known else { throw CommandFailure.refused("The instance has no such advertiser.") }
        let draft = AdvertiserUpdateDraft(
          additions: [], removals: [.init(id: known.id, kind: known.kind, marketplaceID: known.marketplaceID)])
        let audiences = try await AdminServices.advertisers(store).apply(draft, instanceID: instance)
        try await AdvertiserUpdateJobHandler.removeMembers(
          ofAudiences: audiences, instanceID: instance, from: objects)
        try options.print(
          [("instance", instance), ("removed", advertiser), ("audiences", String(audiences.count))])
      }
    }
  }
}
