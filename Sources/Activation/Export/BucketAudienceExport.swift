import Base
import CleanRoom
package import Foundation
package import ObjectStorage

/// Exports members into buckets:
///
///     PREFIX/audience=ID/members-7.parquet    the column `member_id`
///     PREFIX/audience=ID/manifest.json        which file counts; written last
///
/// A reader of the manifest never sees half of an export, nor two of them. The bucket is not listed, because the
/// objects to be removed are known.
package struct BucketAudienceExport: AudienceExport {
  /// The actions that the account needs.
  package static let actions = ["s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject"]

  private let objects: any ObjectStorage
  private let buckets: any CustomerBuckets
  private let account: DeliveryAccount?
  private let digests: any MemberDigests

  /// - Parameters:
  ///   - objects: The storage of audiences' members.
  ///   - account: The account that writes; nil if unknown, so no bucket can grant it anything.
  package init(
    objects: any ObjectStorage, buckets: any CustomerBuckets, account: DeliveryAccount?, digests: any MemberDigests
  ) {
    self.objects = objects
    self.buckets = buckets
    self.account = account
    self.digests = digests
  }

  /// The content of a manifest.
  struct Manifest: Codable, Equatable {
    struct File: Codable, Equatable {
      var key: String
      var byteCount: Int
    }

    /// The version of this description.
    var version = 1
    var audienceId: String
    var revision: Int
    var exportedAt: String
    /// The form of members' ids.
    var idScheme = "HMAC-SHA-256"
    var memberCount: Int
    var files: [File]
  }

  /// The objects of an audience in a bucket.
  private struct Place {
    var bucket: any CustomerBucket
    var folder: ObjectKey

    func members(_ revision: Int) throws(StorageError) -> ObjectKey {
      try folder.appending("members-\(revision).parquet")
    }

    func manifest() throws(StorageError) -> ObjectKey { try folder.appending("manifest.json") }
  }

  package func replace(_ audience: ExportedAudience, at now: Date) async throws -> ExportOutcome {
    guard let prefix = audience.membersPrefix else { return try await remove(audience) }
    return try await inPlace(of: audience) { place in
      let area = try await objects.stage()
      defer { area.discard() }
      // Held until the file is written: a refresh may remove the members in between, and then the job begins again.
      let source: EngineLocation
      do throws(StorageError) {
        source = try await OutputFolder(try ObjectKey(prefix), in: objects).location(
          of: "members.parquet", subject: "the audience's members")
      } catch {
        // Trying again would not mend it. Only the operator sees the reason.
        guard let damage = error.damage else { throw error }
        return .refused(reason: "\(error.message) (\(damage.detail))")
      }
      let count = try await digests.write(
        source, secret: audience.destination.secret, to: "members.parquet", in: area)
      let members = try area.file("members.parquet").url
      let key = try place.members(audience.revision)
      let manifest = Manifest(
        audienceId: audience.canonicalID, revision: audience.revision, exportedAt: Timestamp.text(of: now),
        memberCount: count, files: [.init(key: key.value, byteCount: try Self.byteCount(of: members))])
      let manifestFile = try area.file("manifest.json")
      try await manifestFile.write(try Self.encoder.encode(manifest))
      return try await Self.outcome { () throws(StorageError) in
        try await place.bucket.put(members, at: key)
        try await place.bucket.put(manifestFile.url, at: place.manifest())
        if audience.revision > 1 { try await place.bucket.delete(place.members(audience.revision - 1)) }
      }
    }
  }

  package func remove(_ audience: ExportedAudience) async throws -> ExportOutcome {
    try await inPlace(of: audience) { place in
      try await Self.outcome { () throws(StorageError) in
        // The manifest is deleted first: without it no file counts.
        try await place.bucket.delete(place.manifest())
        try await place.bucket.delete(place.members(audience.revision))
        // An interrupted export may have begun the next revision.
        try await place.bucket.delete(place.members(audience.revision + 1))
      }
    }
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func byteCount(of file: URL) throws -> Int {
    try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
  }

  /// Runs the work if the account may do it.
  private func inPlace(
    of audience: ExportedAudience, _ work: (Place) async throws -> ExportOutcome
  ) async throws -> ExportOutcome {
    guard let account else { return .refused(reason: "The server has no account to write into buckets with.") }
    let place: Place
    let keys: [ObjectKey]
    do throws(StorageError) {
      let bucket = try buckets.bucket(named: audience.destination.bucket)
      place = Place(bucket: bucket, folder: try ObjectKey(audience.folder))
      keys = [try place.members(audience.revision), try place.manifest()]
    } catch {
      return .refused(reason: "The names of bucket and prefix cannot be those of a bucket and of objects in it.")
    }
    let permission = BucketPermission(
      bucket: place.bucket, name: audience.destination.bucket, account: account, isSecure: buckets.isSecure)
    if let refusal = try await permission.refusal(of: Self.actions, on: keys) { return .refused(reason: refusal) }
    return try await work(place)
  }

  /// The outcome of the work. Errors that may pass by themselves are thrown, so the job is tried again.
  private static func outcome(of work: () async throws(StorageError) -> Void) async throws -> ExportOutcome {
    do throws(StorageError) {
      try await work()
      return .done
    } catch {
      if error.code == .unreachable { throw error }
      return .refused(reason: try BucketPermission.reason(error))
    }
  }
}
