import ArgumentParser
import Backup
import Base
import Foundation
import Metadata
import ObjectStorage

/// `adyton backup`: a consistent copy of a server that goes on meanwhile.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Back up a server, while it runs, into a folder or a bucket.",
    discussion: """
        adyton backup /mnt/backups --data /var/lib/adyton --keep 14
        adyton backup s3://backups/adyton --data /var/lib/adyton

      DEST gets a copy of the metadata store, as it is at one moment, and of all objects. Objects are copied once: the \
      next backup into the same DEST copies only what is new. DEST belongs to one server. It has the server's keys and \
      the secrets of destinations: protect it like the data folder.

      Files that are damaged are found as they are copied. The backup is not finished then, unless --allow-damaged is \
      given. `adyton restore` restores a backup, `adyton verify --backup DEST` checks all that are kept. Exit codes: 0 \
      done, 1 refused, 2 the command line is wrong.
      """)

  @Argument(help: "The place for backups: a folder, or s3://BUCKET/PREFIX.", completion: .directory)
  var destination: String

  @OptionGroup var folder: FolderOptions

  @Option(help: "How many backups are kept, this one included; older ones are removed.")
  var keep = 7

  @Flag(help: "Make a backup without the objects that are damaged or missing.")
  var allowDamaged = false

  @Flag(help: "Leave out the folders that stand for customers' buckets where there is no S3.")
  var withoutBuckets = false

  @Flag(help: "List the backups that there are, the oldest first, and make none.")
  var list = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func validate() throws {
    guard (1...10_000).contains(keep) else { throw ValidationError("--keep must be from 1 to 10000.") }
  }

  func run() async throws {
    let folder = try folder.open()
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let repository = BackupRepository(try storage.repository(at: destination, in: folder))
      guard !list else { return try await BackupList.show(repository, asJSON: json) }
      let summary = try await backUp(folder, to: repository) { line.show($0.bar) }
      line.clear()
      try show(summary)
    }
  }

  private func backUp(
    _ folder: DataFolder, to repository: BackupRepository, progress: @escaping WorkProgress.Observer
  ) async throws -> BackupWork.Summary {
    let store = try folder.openMetadata()
    defer { try? store.close() }
    let objects = try await storage.open(in: folder, of: store)
    let hasFolders = try !withoutBuckets && !storage.isOnS3
    let server = BackupWork.Server(
      store: store, storePath: folder.storePath, objects: objects, folder: hasFolders ? folder.url : nil)
    return try await BackupWork(server, to: repository, progress: progress).run(
      keeping: keep, allowsDamage: allowDamaged)
  }

  private func show(_ summary: BackupWork.Summary) throws {
    let manifest = summary.manifest
    for name in manifest.damaged { CommandFailure.print("without: \(name)") }
    let removed = summary.removedIDs.isEmpty ? "" : ", \(summary.removedIDs.count) old backups removed"
    try Output.fields(
      [
        ("backup", manifest.id), ("objects", String(manifest.objects.count)), ("bytes", String(manifest.byteCount)),
        ("copiedBytes", String(summary.copiedByteCount)), ("removed", String(summary.removedIDs.count)),
      ], asJSON: json,
      text: """
        \(manifest.id): \(manifest.objects.count.formatted()) objects, \(ByteText.text(of: manifest.byteCount)); \
        \(ByteText.text(of: summary.copiedByteCount)) copied\(removed)
        """)
  }
}

/// The backups of a repository as commands list them.
enum BackupList {
  static func show(_ repository: BackupRepository, asJSON: Bool) async throws {
    var rows: [[String]] = []
    for backup in try await repository.backups() {
      do {
        let manifest = try await repository.manifest(of: backup)
        rows.append([
          backup.id, Timestamp.text(of: manifest.finishedAt), String(manifest.objects.count),
          String(manifest.byteCount), manifest.damaged.isEmpty ? "whole" : "without \(manifest.damaged.count) objects",
        ])
      } catch is BackupError {
        rows.append([backup.id, "-", "-", "-", "damaged"])
      }
    }
    try Output.rows(["backup", "finishedAt", "objects", "bytes", "state"], rows, asJSON: asJSON)
  }
}
