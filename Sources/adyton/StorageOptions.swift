import Measurement
import ArgumentParser
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

/// Where signals and results are kept.
struct StorageOptions: ParsableArguments {
  /// How much the local disk holds of what is on S3 where the command line does not say, in MiB.
  static let defaultCacheMiB = S3Storage.defaultCacheByteLimit >> 20

  @Option(help: "Where signals and results are: s3://BUCKET/PREFIX, or nothing for the data folder (ADYTON_STORAGE).")
  var storage = Environment.text("ADYTON_STORAGE") ?? ""

  @Option(
    name: .customLong("s3-endpoint"),
    help: "The URL of an S3 service other than Amazon's (ADYTON_S3_ENDPOINT, AWS_ENDPOINT_URL_S3).")
  var s3Endpoint = Environment.text("ADYTON_S3_ENDPOINT") ?? ""

  @Option(
    name: .customLong("s3-region"), help: "The region of the buckets (ADYTON_S3_REGION, AWS_REGION).")
  var s3Region = Environment.text("ADYTON_S3_REGION") ?? ""

  @Option(
    name: .customLong("s3-addressing"),
    help: "How URLs name a bucket: path or virtual-hosted (ADYTON_S3_ADDRESSING).")
  var s3Addressing = Environment.text("ADYTON_S3_ADDRESSING") ?? ""

  @Option(
    name: .customLong("s3-cache-mib"),
    help: "Disk space for copies of what queries read from S3, in MiB (ADYTON_S3_CACHE_MIB).")
  var s3CacheMiB = Environment.number("ADYTON_S3_CACHE_MIB") ?? defaultCacheMiB

  @Option(
    help: """
      The account that results are delivered to buckets and files are read from them with, as its 12 digits or the ARN \
      of a user or role (ADYTON_DELIVERY_ACCOUNT).
      """)
  var deliveryAccount = Environment.text("ADYTON_DELIVERY_ACCOUNT") ?? ""

  func validate() throws {
    guard (1...1 << 30).contains(s3CacheMiB) else {
      throw ValidationError("--s3-cache-mib must be from 1 to 1073741824.")
    }
    guard s3Addressing.isEmpty || S3Endpoint.Addressing(rawValue: s3Addressing) != nil else {
      throw ValidationError("--s3-addressing must be path or virtual-hosted.")
    }
    guard deliveryAccount.isEmpty || DeliveryAccount(deliveryAccount) != nil else {
      throw ValidationError("--delivery-account must be 12 digits, or the ARN of a user or role.")
    }
    do throws(InvalidS3Settings) {
      if isOnS3 {
        _ = try S3Location(url: storage)
        _ = try settings()
      }
    } catch {
      throw ValidationError(error.message)
    }
  }

  /// The options as a command line has them.
  var arguments: [String] {
    let options = [
      ("--storage", storage), ("--s3-endpoint", s3Endpoint), ("--s3-region", s3Region),
      ("--s3-addressing", s3Addressing),
    ]
    return options.filter { !$0.1.isEmpty }.flatMap { [$0.0, $0.1] }
  }

  /// Whether the objects are on S3, and not in the data folder.
  var isOnS3: Bool { !storage.isEmpty }

  /// Opens the storage of a data folder, which holds the objects itself or what working with a bucket needs.
  func open(in folder: DataFolder) throws -> any ObjectStorage {
    guard isOnS3 else { return try LocalFolderStorage(root: folder.objectsFolder) }
    return try S3Storage(
      location: S3Location(url: storage), client: S3Client(settings: settings()), workFolder: folder.s3Folder,
      cacheByteLimit: s3CacheMiB << 20)
  }

  /// What brings results into the buckets of instances.
  func delivery(
    in folder: DataFolder, store: MetadataStore, objects: any ObjectStorage
  ) throws -> any ResultDelivery {
    BucketDelivery(store: store, objects: objects, buckets: try buckets(in: folder), account: account)
  }

  /// The buckets of customers: those of the same service, or folders.
  func buckets(in folder: DataFolder) throws -> any CustomerBuckets {
    guard isOnS3 else { return FolderBuckets(root: folder.bucketsFolder) }
    return S3CustomerBuckets(client: S3Client(settings: try settings()))
  }

  /// Who delivers results; nil on S3 where that was not said.
  var account: DeliveryAccount? { DeliveryAccount(deliveryAccount) ?? (isOnS3 ? nil : .ofFolders) }

  private func settings() throws(InvalidS3Settings) -> S3Settings {
    try S3Settings(
      environment: ProcessInfo.processInfo.environment, endpointURL: s3Endpoint.isEmpty ? nil : s3Endpoint,
      region: s3Region.isEmpty ? nil : s3Region, addressing: S3Endpoint.Addressing(rawValue: s3Addressing))
  }
}
