import Activation
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Login
import Metadata
import ObjectStorage
import Warehouse

/// `adyton admin destination`
struct DestinationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destination", abstract: "Buckets that members of audiences are exported to.",
    discussion: """
      Members are written as ids that are keyed digests under a secret of the destination, which never leaves the data \
      folder. A running server exports and removes them.

        adyton admin destination create --instance shop --name Partner \\
          --bucket partner-bucket --prefix in/amc
        adyton admin destination connect --destination DESTINATION --audience AUDIENCE
      """,
    subcommands: [Create.self, List.self, Connect.self, Disconnect.self, Delete.self])

  /// The destination that a command is about.
  struct DestinationOption: ParsableArguments {
    @Option(
      name: .customLong("destination"), help: ArgumentHelp("The id of the destination.", valueName: "destination"))
    var id: String
  }

  /// An audience, and a destination that its members go to.
  struct ConnectionOptions: ParsableArguments {
    @OptionGroup var destination: DestinationOption

    @Option(help: "The audienceExecutionId of the audience.")
    var audience: String
  }

  /// `adyton admin destination create`
  struct Create: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Name a bucket that members of an instance's audiences can be exported to.",
      discussion: """
        Nothing goes there before `adyton admin destination connect`. The bucket's policy has to grant the delivery \
        account s3:PutObject, s3:PutObjectAcl and s3:DeleteObject on its objects. Without S3 a folder of the data \
        folder stands for the bucket; it is made here, with a policy that grants this.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption
    @OptionGroup(title: "Storage") var storage: StorageOptions

    @Option(help: "The name of the destination.")
    var name: String

    @Option(help: "The name of the bucket.")
    var bucket: String

    @Option(help: "The beginning of the names of all objects, before a slash.")
    var prefix = ""

    func run(in store: MetadataStore) async throws {
      let destination = try await DestinationService(store: store).add(
        name: name, bucket: bucket, prefix: prefix, instanceID: instance.id,
        secret: SystemSecretGenerator().bytes(count: MemberExport.secretByteCount))
      try await storage.makeBucket(bucket, in: options.folder.open())
      try options.print([
        ("destination", destination.id), ("bucket", destination.bucket), ("prefix", destination.prefix),
      ])
    }
  }

  /// `adyton admin destination connect`
  struct Connect: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "connect",
      abstract: "Export the members of an audience to a destination, now and after each refresh.",
      discussion: "Where the last export has failed, the same command exports them again.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in store: MetadataStore) async throws {
      try await DestinationService(store: store).connect(
        audienceID: connection.audience, to: connection.destination.id)
      try options.print(connection, state: "connected", text: "The audience goes to the destination from now on.")
    }
  }

  /// `adyton admin destination disconnect`
  struct Disconnect: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "disconnect",
      abstract: "Export an audience to a destination no longer; the server removes what is there.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in store: MetadataStore) async throws {
      try await DestinationService(store: store).disconnect(
        audienceID: connection.audience, from: connection.destination.id)
      try options.print(connection, state: "disconnected", text: "The audience goes to the destination no longer.")
    }
  }

  /// `adyton admin destination delete`
  struct Delete: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "delete",
      abstract: "Delete a destination; the server removes what was exported there.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var destination: DestinationOption

    func run(in store: MetadataStore) async throws {
      try await DestinationService(store: store).remove(id: destination.id)
      try options.print(
        [("deleted", destination.id)],
        text: "The destination is gone; a running server removes what was exported.")
    }
  }
}

extension AdminOptions {
  fileprivate func print(_ connection: DestinationCommand.ConnectionOptions, state: String, text: String) throws {
    try print(
      [("destination", connection.destination.id), ("audience", connection.audience), ("state", state)], text: text)
  }
}
