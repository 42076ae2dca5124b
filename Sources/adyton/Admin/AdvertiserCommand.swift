import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

/// `adyton admin advertiser`
struct AdvertiserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advertiser", abstract: "The advertisers of instances.",
    subcommands: [List.self, Add.self, Remove.self])

  /// `adyton admin advertiser list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the advertisers of an instance: id, type, marketplace, name.")

    @OptionGroup var options: AdminOptions

    @Argument(help: "The instance.")
    var instance: String

    func run() async throws {
      try await options.withStore { store in
        guard try await store.read({ [instance] in try $0.find(InstanceRecord.self, id: instance) }) != nil else {
          throw CleanRoomError.unknownInstance
        }
        let (advertisers, _) = try await InstanceService(store: store).advertisers(
          instanceID: instance, kind: nil, afterID: "", limit: InstanceRules.advertiserCountLimit)
        try printRows(
          ["advertiser", "type", "marketplace", "name"],
          advertisers.map { [$0.id, $0.kind.rawValue, $0.marketplaceID ?? "", $0.name] }, json: options.json)
      }
    }
  }

  /// `adyton admin advertiser add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add an advertiser to an instance, whosever it is.")

    @OptionGroup var options: AdminOptions

    @Argument(help: "The instance.")
    var instance: String

    @Argument(help: "The advertiser's id.")
    var advertiser: String

    @Option(help: "DISPLAY, SPONSORED_ADS or SAS.")
    var type: AdvertiserKind

    @Option(help: "The id of its marketplace; for SPONSORED_ADS and SAS.")
    var marketplace: String?

    @Option(help: "What it is called; its id if not given.")
    var name: String?

    func run() async throws {
      try await options.withStore { store in
        let draft = AdvertiserUpdateDraft(
          additions: [.init(id: advertiser, kind: type, marketplaceID: marketplace)], removals: [])
        _ = try await AdminServices.advertisers(store).apply(
          draft, names: name.map { [advertiser: $0] } ?? [:], instanceID: instance)
        try printFields([("instance", instance), ("added", advertiser)], json: options.json)
      }
    }
  }

  /// `adyton admin advertiser remove`
  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take an advertiser out of an instance, and end its audiences.",
      discussion: "Its signals stay until the tables that hold them are loaded again.")

    @OptionGroup var options: AdminOptions
    @OptionGroup(title: "Storage") var storage: StorageOptions

    @Argument(help: "The instance.")
    var instance: String

    @Argument(help: "The advertiser's id.")
    var advertiser: String

    func run() async throws {
      let objects = try storage.open(in: try DataFolder(path: options.data))
      try await options.withStore { store in
        guard
          let known = try await store.read({ [advertiser, instance] in
            try $0.advertiser(id: advertiser, instanceID: instance)
          })
        else { throw CommandFailure.refused("The instance has no such advertiser.") }
        let draft = AdvertiserUpdateDraft(
          additions: [], removals: [.init(id: known.id, kind: known.kind, marketplaceID: known.marketplaceID)])
        let audiences = try await AdminServices.advertisers(store).apply(draft, instanceID: instance)
        try await AdvertiserUpdateJobHandler.removeMembers(
          ofAudiences: audiences, instanceID: instance, from: objects)
        try printFields(
          [("instance", instance), ("removed", advertiser), ("audiences", String(audiences.count))],
          json: options.json)
      }
    }
  }
}

extension AdvertiserKind: ExpressibleByArgument {}
