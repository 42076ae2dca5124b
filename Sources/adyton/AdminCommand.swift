import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata

/// `adyton admin`: instances and clients, from the machine itself.
struct AdminCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin",
    abstract: "Manage instances, clients, buckets, budgets and subscriptions to paid features.",
    subcommands: [
      CreateInstance.self, ListInstances.self, CreateClient.self, AcceptTerms.self, SetBucket.self,
      ListFeaturesCommand.self,
      SubscribeCommand.self, UnsubscribeCommand.self, BudgetCommand.self,
      RegisterLegacy.self, AddDestination.self, ListDestinations.self, RemoveDestination.self, ConnectAudience.self,
      DisconnectAudience.self,
    ])

  /// `adyton admin create-instance`
  struct CreateInstance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create-instance",
      abstract: "Make an account with an instance and two advertisers (Amazon DSP and sponsored ads).",
      discussion: "The instance has no signals yet: `adyton load` puts them in.")

    @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
    var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

    @Option(help: "The instance's id; a new one if not given.")
    var id: String?

    @Option(help: "What the instance is called.")
    var name: String

    @Flag(help: "Make a sandbox instance, which holds synthetic signals.")
    var sandbox = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if let id, let problem = InstanceIDCheck.problem(with: id) { throw ValidationError(problem) }
      guard (1...200).contains(name.count) else { throw ValidationError("A name has 1 to 200 characters.") }
    }

    func run() async throws {
      let store = try DataFolder(path: data).openMetadata()
      let provisioning = Provisioning(store: store)
      if let id, try await provisioning.instance(id: id) != nil {
        throw CommandFailure.refused("There is an instance `\(id)` already.")
      }
      let setup = try await provisioning.createInstance(id: id, name: name, kind: sandbox ? .sandbox : .standard)
      try printFields(
        [
          ("instance", setup.instanceID), ("account", setup.accountID), ("marketplace", setup.marketplaceID),
          ("profile", setup.profileID), ("displayAdvertiser", setup.displayAdvertiserID),
          ("sponsoredAdsAdvertiser", setup.sponsoredAdsAdvertiserID),
          ("sponsoredAdsProfile", setup.sponsoredAdsProfileID ?? setup.profileID),
        ], json: json)
      try store.close()
    }
  }

  /// `adyton admin list-instances`
  struct ListInstances: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list-instances", abstract: "List the instances of the data folder.")

    @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
    var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

    func run() async throws {
      let store = try DataFolder(path: data).openMetadata()
      for instance in try await Provisioning(store: store).allInstances() {
        print("\(instance.id)\t\(instance.kind.rawValue)\t\(instance.accountID)\t\(instance.name)")
      }
      try store.close()
    }
  }

  /// `adyton admin create-client`
  struct CreateClient: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create-client",
      abstract: "Make a client of the API with access to the accounts of the instances named.",
      discussion: """
        Prints the client's id, its secret and a refresh token. They are kept as hashes only, so that they can't be \
        shown again.
        """)

    @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
    var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

    @Option(help: "What the client is called.")
    var name: String

    @Option(name: .customLong("instance"), help: "An instance that the client may use; may be given again.")
    var instances: [String]

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      let store = try DataFolder(path: data).openMetadata()
      let provisioning = Provisioning(store: store)
      var accounts: Set<String> = []
      for id in instances {
        guard let instance = try await provisioning.instance(id: id) else {
          throw CommandFailure.refused(
            "There is no instance `\(id)`. `adyton admin list-instances` shows those that there are.")
        }
        accounts.insert(instance.accountID)
      }
      let credentials = try await provisioning.createClient(name: name, accountIDs: accounts)
      try printFields(
        [
          ("clientId", credentials.clientID), ("clientSecret", credentials.clientSecret),
          ("refreshToken", credentials.refreshToken),
        ], json: json)
      try store.close()
    }
  }
}

/// Prints names and values, one a line, or as one JSON object.
func printFields(_ fields: [(String, String)], json: Bool) throws {
  guard json else {
    let width = fields.map(\.0.count).max() ?? 0
    for (name, value) in fields { print("\(name.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(value)") }
    return
  }
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  let object = Dictionary(uniqueKeysWithValues: fields)
  print(String(decoding: try encoder.encode(object), as: UTF8.self))
}
