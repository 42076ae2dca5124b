import Base
import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import Sandbox

/// `adyton admin instance`
struct InstanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instance", abstract: "Instances: what is queried.",
    subcommands: [Create.self, List.self, Update.self, AdminCommand.SetBucket.self, Delete.self])

  /// `adyton admin instance create`
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make an instance; with an account of its own and two advertisers unless --account names one.",
      discussion: """
        The instance has no signals yet: `adyton load` puts them in, `adyton sandbox` into a sandbox. In an account \
        that is there it has no advertisers either: `adyton admin advertiser add` brings them.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The instance's id; a new one if not given.")
    var id: String?

    @Option(help: "What the instance is called.")
    var name: String

    @Option(help: "The account that it belongs to; a new one if not given.")
    var account: String?

    @Flag(help: "Make a sandbox instance, which holds synthetic signals.")
    var sandbox = false

    func validate() throws {
      if let id, let problem = InstanceIDCheck.problem(with: id) { throw ValidationError(problem) }
      try NameCheck.validate(name)
    }

    func run() async throws {
      try await options.withStore { store in
        let provisioning = Provisioning(store: store)
        if let id, try await provisioning.instance(id: id) != nil {
          throw CommandFailure.refused("There is an instance `\(id)` already.")
        }
        let kind: InstanceRecord.Kind = sandbox ? .sandbox : .standard
        guard let account else {
          let setup = try await provisioning.createInstance(id: id, name: name, kind: kind)
          return try printFields(
            [
              ("instance", setup.instanceID), ("account", setup.accountID), ("marketplace", setup.marketplaceID),
              ("profile", setup.profileID), ("displayAdvertiser", setup.displayAdvertiserID),
              ("sponsoredAdsProfile", setup.sponsoredAdsProfileID ?? setup.profileID),
              ("sponsoredAdsAdvertiser", setup.sponsoredAdsAdvertiserID),
            ], json: options.json)
        }
        let instance = InstanceRecord(
          id: id ?? "amc\(RandomIdentifierGenerator().number(digits: 10))", accountID: account, name: name, kind: kind,
          createdAt: Date())
        try await InstanceService(store: store).create(
          instance, advertisers: sandbox ? SandboxAdvertisers.all : [])
        try printFields([("instance", instance.id), ("account", account)], json: options.json)
      }
    }
  }

  /// `adyton admin instance list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the instances of the data folder: id, type, account, name, status.")

    @OptionGroup var options: AdminOptions

    @Option(help: "Those of one account alone.")
    var account: String?

    func run() async throws {
      try await options.withStore { store in
        let instances = try await Provisioning(store: store).allInstances()
        let rows = instances.filter { account == nil || $0.accountID == account }.map { instance in
          [instance.id, instance.kind.rawValue, instance.accountID, instance.name, instance.status.rawValue]
        }
        try printRows(["instance", "type", "account", "name", "status"], rows, json: options.json)
      }
    }
  }

  /// `adyton admin instance update`
  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update", abstract: "Change an instance; what is not named stays.")

    @OptionGroup var options: AdminOptions

    @Argument(help: "The instance.")
    var instance: String

    @Option(help: "What it is called: 3 to 50 letters, digits and spaces.")
    var name: String?

    @Option(help: "The advertiser or company that it is for: 3 to 50 letters, digits and spaces.")
    var advertiserName: String?

    @Option(name: .customLong("aws-account"), help: "The account of AWS that has the bucket; empty for none.")
    var awsAccount: String?

    @Option(help: "The name of the bucket that results are delivered into; empty for none.")
    var bucket: String?

    func run() async throws {
      try await options.withStore { store in
        let changed = try await AdminServices.instances(store).update(
          id: instance,
          to: InstanceChanges(
            name: name, advertiserName: advertiserName, awsAccountID: awsAccount, s3BucketName: bucket),
          by: .operatorAtMachine)
        try printFields(
          [
            ("instance", changed.id), ("name", changed.name), ("advertiserName", changed.advertiserName ?? ""),
            ("awsAccount", changed.awsAccountID ?? ""), ("bucket", changed.s3BucketName ?? ""),
          ], json: options.json)
      }
    }
  }

  /// `adyton admin instance delete`
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete an instance with everything in it.",
      discussion: """
        Signals, data sets, uploads, audiences and their members, workflows, schedules, executions and results. It can't \
        be undone. What was delivered into a customer's bucket stays there.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup(title: "Storage") var storage: StorageOptions

    @Argument(help: "The instance.")
    var instance: String

    @Flag(help: "Yes, all of it. Nothing is deleted without.")
    var yes = false

    func run() async throws {
      guard yes else {
        throw CommandFailure.refused(
          "Deleting `\(instance)` with everything in it can't be undone. Say --yes to go ahead.")
      }
      let objects = try storage.open(in: try DataFolder(path: options.data))
      try await options.withStore { store in
        let administration = AdminServices.instances(store)
        try await administration.remove(id: instance, by: .operatorAtMachine)
        // A server that runs does so as well, once what it does in the instance has ended; so does the next one.
        try await InstanceRemovalJobHandler.removeObjects(instanceID: instance, from: objects)
        try store.forgetDeleted()
        try printFields([("deleted", instance)], json: options.json)
      }
    }
  }
}

/// The services of the clean room as an operator uses them: no server runs their jobs here.
enum AdminServices {
  static func instances(_ store: MetadataStore) -> InstanceAdministration {
    InstanceAdministration(store: store, clock: SystemClock(), identifiers: RandomIdentifierGenerator())
  }

  static func advertisers(_ store: MetadataStore) -> AdvertiserUpdateService {
    AdvertiserUpdateService(
      store: store, clock: SystemClock(), identifiers: RandomIdentifierGenerator(), wakeRunner: {})
  }
}
