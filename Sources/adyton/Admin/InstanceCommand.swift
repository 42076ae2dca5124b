import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// `adyton admin instance`
struct InstanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instance", abstract: "Instances, which hold the signals of advertisers.",
    subcommands: [Create.self, List.self, Show.self, Update.self, Delete.self])

  /// `adyton admin instance create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make an instance; with an account of its own and two advertisers unless --account names one.",
      discussion: """
          adyton admin instance create --id shop --name "Our shop"
          adyton admin instance create --id safe --name "Our shop" --privacy noise --population our-customers

        The instance has no signals yet: `adyton load` puts them in, `adyton sandbox` into a sandbox. In an account \
        that is there it has no advertisers either: `adyton admin advertiser add` brings them.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of the new instance; a random one if not given.")
    var id: String?

    @Option(help: "The name of the instance.")
    var name: String

    @Option(help: "The id of the account that it belongs to; a new one if not given.")
    var account: String?

    @Flag(help: "Make a sandbox instance, which holds synthetic signals.")
    var sandbox = false

    @OptionGroup var privacy: PrivacyOptions

    func validate() throws {
      if let id, let problem = InstanceIDCheck.problem(with: id) { throw ValidationError(problem) }
      try NameCheck.validate(name)
    }

    func run(in store: MetadataStore) async throws {
      let provisioning = Provisioning(store: store)
      if let id, try await provisioning.instance(id: id) != nil {
        throw CommandFailure.refused("There is an instance `\(id)` already.")
      }
      let kind: InstanceRecord.Kind = sandbox ? .sandbox : .standard
      guard let account else {
        let setup = try await provisioning.createInstance(
          id: id, name: name, kind: kind, privacy: privacy.value)
        return try options.print([
          ("instance", setup.instanceID), ("account", setup.accountID), ("marketplace", setup.marketplaceID),
          ("profile", setup.profileID), ("displayAdvertiser", setup.displayAdvertiserID),
          ("sponsoredAdsProfile", setup.sponsoredAdsProfileID ?? setup.profileID),
          ("sponsoredAdsAdvertiser", setup.sponsoredAdsAdvertiserID), ("privacy", setup.privacy.text),
        ])
      }
      var instance = InstanceRecord(
        id: id ?? "amc\(RandomIdentifierGenerator().number(digits: 10))", accountID: account, name: name, kind: kind,
        createdAt: Date())
      instance.privacy = privacy.value
      try await InstanceService(store: store).create(
        instance, advertisers: sandbox ? SandboxAdvertisers.all : [])
      try options.print([("instance", instance.id), ("account", account), ("privacy", instance.privacy.text)])
    }
  }

  /// `adyton admin instance list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the instances of the data folder: id, type, account, privacy mode, name, status.")

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of one account; all if not given.")
    var account: String?

    func run(in store: MetadataStore) async throws {
      let instances = try await Provisioning(store: store).allInstances()
      let rows = instances.filter { account == nil || $0.accountID == account }.map { instance in
        [
          instance.id, instance.kind.rawValue, instance.accountID, instance.privacy.text, instance.name,
          instance.status.rawValue,
        ]
      }
      try options.print(["instance", "type", "account", "privacy", "name", "status"], rows)
    }
  }

  /// `adyton admin instance show`
  struct Show: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show everything about one instance.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    func run(in store: MetadataStore) async throws {
      let record = try await AdminServices.instance(instance.id, in: store)
      try options.print(
        [
          ("instance", record.id), ("type", record.kind.rawValue), ("account", record.accountID),
          ("status", record.status.rawValue), ("privacy", record.privacyMode.rawValue),
          ("population", record.population ?? ""), ("createdAt", Timestamp.text(of: record.createdAt)),
        ] + record.changeableFields)
    }
  }

  /// `adyton admin instance update`
  struct Update: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "update", abstract: "Change an instance; values that are not named stay.",
      discussion: """
          adyton admin instance update --instance shop \\
            --aws-account 123456789012 --bucket amc-results
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    @Option(help: "The name of the instance: 3 to 50 letters, digits and spaces.")
    var name: String?

    @Option(help: "The advertiser or company that it is for: 3 to 50 letters, digits and spaces.")
    var advertiserName: String?

    @Option(name: .customLong("aws-account"), help: "The account of AWS that has the bucket; empty for none.")
    var awsAccount: String?

    @Option(help: "The name of the bucket that results are delivered into; empty for none.")
    var bucket: String?

    func run(in store: MetadataStore) async throws {
      let changed = try await AdminServices.instances(store).update(
        id: instance.id,
        to: InstanceChanges(
          name: name, advertiserName: advertiserName, awsAccountID: awsAccount, s3BucketName: bucket),
        by: .operatorAtMachine)
      try options.print([("instance", changed.id)] + changed.changeableFields)
    }
  }

  /// `adyton admin instance delete`
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete an instance with everything in it.",
      discussion: """
          adyton admin instance delete --instance shop --yes

        Signals, data sets, uploads, audiences and their members, workflows, schedules, executions and results go. \
        This can't be undone. Results in a customer's bucket stay there.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption
    @OptionGroup(title: "Storage") var storage: StorageOptions

    @Flag(help: "Really delete it. Without this, nothing is deleted.")
    var yes = false

    func run() async throws {
      guard yes else {
        throw CommandFailure.refused(
          "Deleting `\(instance.id)` with everything in it can't be undone. Say --yes to go ahead.")
      }
      try await options.withStore { store in
        let objects = try await storage.open(in: options.folder.open(), of: store)
        try await AdminServices.instances(store).remove(id: instance.id, by: .operatorAtMachine)
        // A server that runs does so as well, once what it does in the instance has ended; so does the next one.
        try await InstanceRemovalJobHandler.removeObjects(instanceID: instance.id, from: objects)
        try await store.forgetDeleted()
        try options.print([("deleted", instance.id)])
      }
    }
  }
}

extension AdminServices {
  /// The instance of that id.
  ///
  /// - Throws: `CleanRoomError.unknownInstance`.
  static func instance(_ id: String, in store: MetadataStore) async throws -> InstanceRecord {
    guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: id) }) else {
      throw CleanRoomError.unknownInstance
    }
    return instance
  }
}

extension InstanceRecord {
  fileprivate var changeableFields: [(name: String, value: String)] {
    [
      ("name", name), ("advertiserName", advertiserName ?? ""), ("awsAccount", awsAccountID ?? ""),
      ("bucket", s3BucketName ?? ""),
    ]
  }
}
