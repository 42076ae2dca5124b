import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

/// `adyton admin bucket`
struct BucketCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bucket", abstract: "The buckets that results of instances are delivered into.",
    subcommands: [Set.self, Remove.self])

  /// `adyton admin bucket set`
  struct Set: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "set",
      abstract: "Deliver the results of an instance into a bucket.",
      discussion: """
          adyton admin bucket set --instance shop --bucket amc-results

        On S3 the bucket's owner makes it and grants the delivery account s3:PutObject and s3:PutObjectAcl on its \
        objects. Without S3 a folder of the data folder stands for the bucket; it is made here, with a policy that \
        grants this and the rights that uploads from the bucket need.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption
    @OptionGroup(title: "Storage") var storage: StorageOptions

    @Option(help: "The name of the bucket.")
    var bucket: String

    func validate() throws {
      guard S3BucketName.isValid(bucket) else {
        throw ValidationError("A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens.")
      }
    }

    func run(in store: MetadataStore) async throws {
      _ = try await AdminServices.instances(store).update(
        id: instance.id, to: InstanceChanges(s3BucketName: bucket), by: .operatorAtMachine, as: .setBucket)
      try await storage.makeBucket(bucket, in: options.folder.open())
      try options.print(
        [("instance", instance.id), ("bucket", bucket)], text: "Results go to s3://\(bucket)/.")
    }
  }

  /// `adyton admin bucket remove`
  struct Remove: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Deliver the results of an instance into no bucket any more.",
      discussion: "The bucket keeps what was delivered into it.")

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    func run(in store: MetadataStore) async throws {
      _ = try await AdminServices.instances(store).update(
        id: instance.id, to: InstanceChanges(s3BucketName: ""), by: .operatorAtMachine, as: .setBucket)
      try options.print([("instance", instance.id), ("bucket", "")], text: "Results go to no bucket.")
    }
  }
}
