import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

extension AdminCommand {
  /// `adyton admin instance set-bucket`
  struct SetBucket: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-bucket",
      abstract: "Say into which bucket the results of an instance are delivered.",
      discussion: """
        On S3 the bucket's owner makes it and grants the delivery account s3:PutObject and s3:PutObjectAcl on its objects. \
        Without S3 a folder of the data folder stands for the bucket; it is made here, with a policy that grants this, and \
        what uploads from the bucket need.
        """)

    @OptionGroup var options: AdminOptions

    @Option(help: "The instance.")
    var instance: String

    @Option(help: "The name of the bucket; none to deliver nothing any more.")
    var bucket: String?

    @OptionGroup(title: "Storage") var storage: StorageOptions

    func validate() throws {
      if let bucket, !S3BucketName.isValid(bucket) {
        throw ValidationError("A bucket's name is 3 to 63 lowercase letters, digits, dots and hyphens.")
      }
    }

    func run() async throws {
      let folder = try DataFolder(path: options.data)
      try await options.withStore { store in
        _ = try await AdminServices.instances(store).update(
          id: instance, to: InstanceChanges(s3BucketName: bucket ?? ""), by: .operatorAtMachine, as: .setBucket)
        if let bucket, !storage.isOnS3, let account = storage.account {
          try await FolderBuckets(root: folder.bucketsFolder).make(bucket, granting: account)
        }
        if options.json { return try printFields([("instance", instance), ("bucket", bucket ?? "")], json: true) }
        print(bucket.map { "Results go to s3://\($0)/." } ?? "Results go to no bucket.")
      }
    }
  }
}
