import Base
package import CleanRoom
import Foundation
import Metadata
package import ObjectStorage
import Warehouse

/// Copies the files of an upload from customers' buckets to the local disk.
package struct UploadFetcher: Sendable {
  /// The number of files that are copied at the same time.
  static let concurrentFileCount = 4
  /// The largest size of a manifest, in bytes: more than the longest keys of all files need.
  static let manifestByteLimit = 4 << 20

  private let buckets: (any CustomerBuckets)?
  private let account: DeliveryAccount?
  private let settings: CleanRoomSettings

  /// - Parameters:
  ///   - buckets: nil for a server that reads from none.
  ///   - account: The account that reads; nil if unknown, so no bucket can grant it anything.
  package init(buckets: (any CustomerBuckets)?, account: DeliveryAccount?, settings: CleanRoomSettings) {
    self.buckets = buckets
    self.account = account
    self.settings = settings
  }

  /// A readable object of a bucket.
  private struct Source: Hashable {
    let bucket: String
    let key: String

    var name: String { "s3://\(bucket)/\(key)" }
  }

  /// Copies the files of an upload into the area, in order.
  ///
  /// - Parameter quota: The bytes that the instance may still store.
  /// - Throws: `UploadSourceProblem` for problems that the owner can fix.
  func fetch(
    _ source: Upload.Source, for instance: InstanceRecord, into area: StagingArea, quota: Int = .max
  ) async throws -> [LoadFile] {
    let access = try await access(to: source.bucket, for: instance)
    let sources: [Source]
    switch source.selection {
    case .file(let key): sources = [Source(bucket: source.bucket, key: key)]
    case .prefix(let prefix): sources = try await list(prefix, access)
    case .manifest(let key): sources = try await manifest(key, access, area)
    }
    guard sources.count <= settings.maximumUploadFiles else {
      throw UploadSourceProblem(.tooLarge, "An upload has at most \(settings.maximumUploadFiles) files.")
    }
    return try await fetch(sources, for: instance, into: area, quota: quota)
  }

  private func access(to name: String, for instance: InstanceRecord) async throws -> SourceAccess {
    guard let account, let buckets else {
      throw UploadSourceProblem(.denied, "The server has no account to read files with.")
    }
    let bucket = try await SourceAccess.translating(name) { () throws(StorageError) in
      try buckets.bucket(named: name, ownedBy: name == instance.s3BucketName ? instance.awsAccountID : nil)
    }
    return try await SourceAccess(
      bucket, named: name, instance: instance, account: account, isSecure: buckets.isSecure)
  }

  // MARK: Which files

  private func list(_ prefix: String, _ access: SourceAccess) async throws -> [Source] {
    try access.requireListing(prefix: prefix)
    let limit = settings.maximumUploadFiles
    // Files that are left out count up to the same number again.
    let found = try await SourceAccess.translating(access.name) { () throws(StorageError) in
      try await access.bucket.objects(prefix: prefix, limit: 2 * limit + 1)
    }
    let keys = found.map(\.key).filter { !$0.hasSuffix("/") && !Upload.Source.isHidden($0) }
    guard !keys.isEmpty else {
      throw UploadSourceProblem(.notFound, "There are no files at s3://\(access.name)/\(prefix).")
    }
    guard found.count <= 2 * limit else {
      throw UploadSourceProblem(.tooLarge, "An upload has at most \(limit) files.")
    }
    return keys.map { Source(bucket: access.name, key: $0) }
  }

  private func manifest(_ key: String, _ access: SourceAccess, _ area: StagingArea) async throws -> [Source] {
    let object = try await object(key, access)
    guard object.byteCount <= Self.manifestByteLimit else {
      throw UploadSourceProblem(.tooLarge, "The manifest has more than \(Self.manifestByteLimit) bytes.")
    }
    try await access.requireTags(of: [key])
    let file = try area.file("manifest")
    try await SourceAccess.translating(access.name) { () throws(StorageError) in
      try await access.bucket.fetch(object, to: file.url)
    }
    guard let text = String(bytes: try await file.read(), encoding: .utf8) else {
      throw UploadSourceProblem(.invalidManifest, "The manifest is not UTF-8.")
    }
    return try Self.sources(inManifest: text)
  }

  private static func sources(inManifest text: String) throws -> [Source] {
    var sources: [Source] = []
    var known: Set<Source> = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let address = line.trimmingCharacters(in: .whitespaces)
      guard !address.isEmpty else { continue }
      func refused(_ reason: String) -> UploadSourceProblem {
        UploadSourceProblem(.invalidManifest, "Line \(index + 1) of the manifest \(reason)")
      }
      let parts = address.dropFirst(5).split(separator: "/", maxSplits: 1)
      guard address.hasPrefix("s3://"), parts.count == 2, S3BucketName.isValid(String(parts[0])) else {
        throw refused("is not s3://bucket/key.")
      }
      let source = Source(bucket: String(parts[0]), key: String(parts[1]))
      guard !Upload.Source.isHidden(source.key) else {
        throw refused("names a file whose name begins with . or _.")
      }
      guard known.insert(source).inserted else { throw refused("names a file again.") }
      sources.append(source)
    }
    guard !sources.isEmpty else { throw UploadSourceProblem(.invalidManifest, "The manifest names no files.") }
    guard Set(sources.map(\.bucket)).count <= Upload.Source.bucketCountLimit else {
      throw UploadSourceProblem(
        .invalidManifest, "The manifest names more than \(Upload.Source.bucketCountLimit) buckets.")
    }
    return sources
  }

  // MARK: The files

  private func object(_ key: String, _ access: SourceAccess) async throws -> BucketObject {
    try access.requireReading(key)
    let object = try await SourceAccess.translating(access.name) { () throws(StorageError) in
      try await access.bucket.object(key)
    }
    guard let object else {
      throw UploadSourceProblem(.notFound, "There is no object s3://\(access.name)/\(key).")
    }
    return object
  }

  private func fetch(
    _ sources: [Source], for instance: InstanceRecord, into area: StagingArea, quota: Int
  ) async throws -> [LoadFile] {
    let objects = try await objects(of: sources, for: instance)
    let byteCount = objects.reduce(0) { $0 + $1.object.byteCount }
    guard byteCount <= settings.maximumUploadBytes else {
      throw UploadSourceProblem(
        .tooLarge, "The files have \(byteCount) bytes; an upload has at most \(settings.maximumUploadBytes).")
    }
    guard byteCount <= quota else { throw InstanceQuota.exceeded(settings.maximumInstanceBytes) }
    try await requireRoom(for: byteCount, in: area)
    let urls = try objects.indices.map { try area.file("source/\($0)").url }
    try await area.makeFolder("source")
    let first = sources.first?.bucket ?? ""
    _ = try await SourceAccess.translating(first) { () throws(StorageError) in
      try await ConcurrentWork.map(objects, atOnce: Self.concurrentFileCount) { index, item throws(StorageError) in
        try await item.bucket.fetch(item.object, to: urls[index])
      }
    }
    return zip(sources, urls).map { LoadFile(url: $1, displayName: $0.name) }
  }

  /// Checks that the local disk has room for the files. A disk that is full already may have room later: then the job
  /// waits.
  private func requireRoom(for byteCount: Int, in area: StagingArea) async throws {
    let reserve = settings.freeDiskBytes
    let room = try await BlockingWork.run { () throws(StorageError) in
      try LocalDisk(of: area.folder).room(leaving: reserve)
    }
    guard byteCount <= room else {
      throw UploadSourceProblem(.noRoom, "The server's disk has no room for \(byteCount) bytes. Upload less at once.")
    }
  }

  /// The objects of each source, after a check that the instance may read them.
  private func objects(
    of sources: [Source], for instance: InstanceRecord
  ) async throws -> [(bucket: any CustomerBucket, object: BucketObject)] {
    var accesses: [String: SourceAccess] = [:]
    for (name, ofBucket) in Dictionary(grouping: sources, by: \.bucket) {
      let access = try await access(to: name, for: instance)
      for source in ofBucket { try access.requireReading(source.key) }
      try await access.requireTags(of: ofBucket.map(\.key))
      accesses[name] = access
    }
    var objects: [(bucket: any CustomerBucket, object: BucketObject)] = []
    for source in sources {
      guard let access = accesses[source.bucket] else { continue }
      objects.append((access.bucket, try await object(source.key, access)))
    }
    return objects
  }
}
