import ArgumentParser
import CleanRoom
import Foundation
import Logging
import Measurement
import Metadata
import ObjectStorage

/// The storage of signals and results.
struct StorageOptions: ParsableArguments {
  /// The default limit of the disk space for copies of objects on S3, in MiB.
  static let defaultCacheMiB = S3Storage.defaultCacheByteLimit >> 20

  @Option(help: "Where signals and results are: s3://BUCKET/PREFIX, or nothing for the data folder (ADYTON_STORAGE).")
  var storage = Setting("ADYTON_STORAGE")

  @Option(
    help: """
      The account of AWS that owns the bucket of --storage, 12 digits: the service refuses every request if it is another \
      one's by now (ADYTON_STORAGE_ACCOUNT).
      """)
  var storageAccount = Setting("ADYTON_STORAGE_ACCOUNT")

  @Option(
    name: .customLong("s3-endpoint"),
    help: "The URL of an S3 service other than Amazon's (ADYTON_S3_ENDPOINT, AWS_ENDPOINT_URL_S3).")
  var s3Endpoint = Setting("ADYTON_S3_ENDPOINT")

  @Option(
    name: .customLong("s3-region"), help: "The region of the buckets (ADYTON_S3_REGION, AWS_REGION).")
  var s3Region = Setting("ADYTON_S3_REGION")

  @Option(name: .customLong("s3-addressing"), help: "How URLs name a bucket (ADYTON_S3_ADDRESSING).")
  var s3Addressing = OptionalSetting<S3Endpoint.Addressing>("ADYTON_S3_ADDRESSING")

  @Option(
    name: .customLong("s3-cache-mib"),
    help: "Disk space for copies of what queries read from S3, in MiB (ADYTON_S3_CACHE_MIB).")
  var s3CacheMiB = Setting("ADYTON_S3_CACHE_MIB", default: defaultCacheMiB)

  @Option(
    help: """
      When files are compared with their checksums as they are read: always; changed, which is the first time, after a \
      change and once a day; or never (ADYTON_VERIFY_READS).
      """)
  var verifyReads = Setting("ADYTON_VERIFY_READS", default: ReadVerification.changed)

  @Option(
    help: """
      The account that delivers results to buckets and reads files from them: its 12 digits, or the ARN of a user or \
      role (ADYTON_DELIVERY_ACCOUNT).
      """)
  var deliveryAccount = Setting("ADYTON_DELIVERY_ACCOUNT")

  func validate() throws {
    _ = try (cacheByteLimit, account, storageOwner, endpointURL, region, s3Addressing.value, verifyReads.value)
    if try location != nil { _ = try settings() }
  }

  /// The options as a command line has them.
  var arguments: [String] {
    get throws {
      let options = [
        ("--storage", try storage.value), ("--storage-account", try storageAccount.value),
        ("--s3-endpoint", try s3Endpoint.value),
        ("--s3-region", try s3Region.value), ("--s3-addressing", try s3Addressing.value?.rawValue ?? ""),
      ]
      return options.filter { !$0.1.isEmpty }.flatMap { [$0.0, $0.1] }
    }
  }

  /// Opens the objects of a store. The data folder holds them, or locks and copies for those in a bucket.
  ///
  /// - Throws: `ExitCode` where store and objects do not belong together, `StorageError`.
  func open(in folder: DataFolder, of store: MetadataStore) async throws -> any ObjectStorage {
    let logger = Logger(label: "adyton.storage")
    let ledger = RecordedGenerations(store: store) { error in
      logger.warning("A change of objects was not recorded.", metadata: ["error": "\(error.logDescription)"])
    }
    let objects = try objects(in: folder, ledger: ledger)
    do {
      try await StorePairing(store: store, objects: objects).confirm()
    } catch let error as PairingError {
      throw CommandFailure.refused(error.description)
    }
    return objects
  }

  /// The storage of a data folder, whosever objects are there.
  func objects(in folder: DataFolder, ledger: (any ObjectLedger)? = nil) throws -> any ObjectStorage {
    guard let location = try location else {
      return try LocalFolderStorage(
        root: folder.objectsFolder, verification: try verifyReads.value, ledger: ledger)
    }
    return try s3(location, owner: try storageOwner, workFolder: folder.s3Folder, ledger: ledger)
  }

  /// A place for backups: a folder, or a prefix of a bucket of the same service.
  func repository(at destination: String, in folder: DataFolder) throws -> any ObjectStorage {
    guard destination.hasPrefix("s3://") else { return try LocalFolderStorage(root: URL(filePath: destination)) }
    guard let location = try? S3Location(url: destination) else {
      throw ValidationError("A place for backups is a folder, or a URL such as s3://bucket/prefix.")
    }
    return try s3(location, workFolder: folder.backupFolder)
  }

  private func s3(
    _ location: S3Location, owner: String? = nil, workFolder: URL, ledger: (any ObjectLedger)? = nil
  ) throws -> S3Storage {
    try S3Storage(
      location: location, client: S3Client(settings: settings()), owner: owner, workFolder: workFolder,
      cacheByteLimit: try cacheByteLimit, verification: try verifyReads.value, ledger: ledger)
  }

  /// The delivery of results into the buckets of instances.
  func delivery(
    in folder: DataFolder, store: MetadataStore, objects: any ObjectStorage
  ) throws -> any ResultDelivery {
    BucketDelivery(store: store, objects: objects, buckets: try buckets(in: folder), account: try account)
  }

  /// The buckets of customers: those of the same service, or folders.
  func buckets(in folder: DataFolder) throws -> any CustomerBuckets {
    guard try location != nil else { return FolderBuckets(root: folder.bucketsFolder) }
    return S3CustomerBuckets(client: S3Client(settings: try settings()))
  }

  /// Makes the folder that stands for a customer's bucket; nothing where buckets are on S3, whose owners make them.
  func makeBucket(_ name: String, in folder: DataFolder) async throws {
    guard try location == nil, let account = try account else { return }
    try await FolderBuckets(root: folder.bucketsFolder).make(name, granting: account)
  }

  /// The account that delivers results; nil on S3 where none is set.
  var account: DeliveryAccount? {
    get throws {
      let account = try deliveryAccount.parsed(
        "--delivery-account", "12 digits, or the ARN of a user or role", DeliveryAccount.init)
      return try account ?? (location == nil ? .ofFolders : nil)
    }
  }

  /// The account that has to own the bucket of the objects; nil for any.
  private var storageOwner: String? {
    get throws {
      try storageAccount.parsed("--storage-account", "12 digits") { text in
        text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
      }
    }
  }

  /// Whether the objects are in a bucket.
  var isOnS3: Bool {
    get throws { try location != nil }
  }

  /// The bucket of the objects; nil where they are in the data folder.
  private var location: S3Location? {
    get throws {
      try storage.parsed("--storage", "a URL such as s3://bucket/prefix") { try? S3Location(url: $0) }
    }
  }

  private var cacheByteLimit: Int {
    get throws { try s3CacheMiB.value("--s3-cache-mib", in: 1...1 << 30) << 20 }
  }

  private var endpointURL: String? {
    get throws {
      try s3Endpoint.parsed("--s3-endpoint", "a URL such as https://s3.example.com, without a path") { url in
        (try? S3Endpoint(url: url, addressing: .path)) != nil ? url : nil
      }
    }
  }

  private var region: String? {
    get throws {
      try s3Region.parsed("--s3-region", "the name of a region, such as eu-west-1") { name in
        S3Settings.isRegion(name) ? name : nil
      }
    }
  }

  private func settings() throws -> S3Settings {
    let (endpointURL, region, addressing) = try (endpointURL, region, s3Addressing.value)
    do throws(InvalidS3Settings) {
      return try S3Settings(
        environment: ProcessInfo.processInfo.environment, endpointURL: endpointURL, region: region,
        addressing: addressing)
    } catch {
      throw ValidationError(error.message)
    }
  }
}
