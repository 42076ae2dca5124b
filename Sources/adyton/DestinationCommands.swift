import Base
import ArgumentParser
import CleanRoom
import Foundation
import Login
import Metadata
import ObjectStorage
import Warehouse

/// What every command about destinations takes.
struct DestinationOptions: ParsableArguments {
  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  /// Does the work with the service, and says in words what is wrong where it can't be done.
  func withService(_ work: (DestinationService) async throws -> Void) async throws {
    let store = try DataFolder(path: data).openMetadata()
    do {
      try await work(DestinationService(store: store))
    } catch let failure as DestinationService.Failure {
      throw CommandFailure.refused(Self.text(failure))
    }
    try store.close()
  }

  private static func text(_ failure: DestinationService.Failure) -> String {
    switch failure {
    case .unknownInstance: "There is no instance of that id. `adyton admin instance list` shows those there are."
    case .unknownDestination:
      "There is no destination of that id. `adyton admin list-destinations` shows those there are."
    case .unknownAudience: "There is no audience of that id."
    case .invalidBucket: "A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens."
    case .invalidPrefix: "The prefix can't be the beginning of a key."
    case .placeTaken: "Another destination has that bucket and prefix."
    case .otherInstance: "The audience is of another instance than the destination."
    case .notConnected: "The audience does not go to the destination."
    }
  }
}

extension AdminCommand {
  /// `adyton admin add-destination`
  struct AddDestination: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-destination",
      abstract: "Name a bucket that members of an instance's audiences can be exported to.",
      discussion: """
        Nothing goes there before `connect-audience`. Members are written as ids that are keyed digests under a secret of the \
        destination, which never leaves the data folder. The bucket's policy has to grant the delivery account s3:PutObject, \
        s3:PutObjectAcl and s3:DeleteObject on its objects. Without S3 a folder of the data folder stands for the bucket; it \
        is made here, with a policy that grants this.
        """)

    @OptionGroup var options: DestinationOptions

    @Option(help: "The instance whose audiences may go there.")
    var instance: String

    @Option(help: "What the destination is called.")
    var name: String

    @Option(help: "The name of the bucket.")
    var bucket: String

    @Option(help: "What the names of all objects begin with, before a slash.")
    var prefix = ""

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup(title: "Storage") var storage: StorageOptions

    func run() async throws {
      try await options.withService { service in
        let destination = try await service.add(
          name: name, bucket: bucket, prefix: prefix, instanceID: instance,
          secret: SystemSecretGenerator().bytes(count: MemberExport.secretByteCount))
        if !storage.isOnS3, let account = storage.account {
          try await FolderBuckets(root: DataFolder(path: options.data).bucketsFolder).make(bucket, granting: account)
        }
        try printFields(
          [("destination", destination.id), ("bucket", destination.bucket), ("prefix", destination.prefix)], json: json)
      }
    }
  }

  /// `adyton admin list-destinations`
  struct ListDestinations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list-destinations", abstract: "List destinations, and what was exported to each of them.")

    @OptionGroup var options: DestinationOptions

    @Option(help: "One instance; all if not given.")
    var instance: String?

    func run() async throws {
      try await options.withService { service in
        for summary in try await service.destinations(instanceID: instance) {
          let destination = summary.destination
          let place = destination.prefix.isEmpty ? destination.bucket : "\(destination.bucket)/\(destination.prefix)"
          print("\(destination.id)\t\(destination.instanceID)\ts3://\(place)\t\(destination.name)")
          for export in summary.exports {
            let time = export.exportedAt.map { Timestamp.text(of: $0) } ?? "-"
            print("  \(export.audienceID)\t\(Self.state(of: export))\t\(time)\t\(export.problem ?? "")")
          }
        }
      }
    }

    private static func state(of export: AudienceExportRecord) -> String {
      if export.problem != nil { return "failed" }
      if export.membersPrefix != nil { return export.isConnected ? "exported" : "leaving" }
      return export.isConnected ? "waiting" : "disconnected"
    }
  }

  /// `adyton admin remove-destination`
  struct RemoveDestination: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove-destination",
      abstract: "Take a destination away; the server removes what was exported there.")

    @OptionGroup var options: DestinationOptions

    @Argument(help: "The destination's id.")
    var destination: String

    func run() async throws {
      try await options.withService { try await $0.remove(id: destination) }
      print("The destination is gone; a running server removes what was exported.")
    }
  }

  /// `adyton admin connect-audience`
  struct ConnectAudience: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "connect-audience",
      abstract: "Export the members of an audience to a destination, now and after each refresh.",
      discussion: "Again, it exports them again where the last export has failed.")

    @OptionGroup var options: DestinationOptions

    @Option(help: "The destination's id.")
    var destination: String

    @Option(help: "The audienceExecutionId of the audience.")
    var audience: String

    func run() async throws {
      try await options.withService { try await $0.connect(audienceID: audience, to: destination) }
      print("The audience goes to the destination from now on.")
    }
  }

  /// `adyton admin disconnect-audience`
  struct DisconnectAudience: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disconnect-audience",
      abstract: "Export an audience to a destination no longer; the server removes what is there.")

    @OptionGroup var options: DestinationOptions

    @Option(help: "The destination's id.")
    var destination: String

    @Option(help: "The audienceExecutionId of the audience.")
    var audience: String

    func run() async throws {
      try await options.withService { try await $0.disconnect(audienceID: audience, from: destination) }
      print("The audience goes to the destination no longer.")
    }
  }
}
