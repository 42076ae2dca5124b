import ArgumentParser
import Backup
import Base
import CleanRoom
import Foundation
import Metadata
import ObjectStorage

/// `adyton restore`: a server from a backup.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore a server from a backup, and check what was restored.",
    discussion: """
        adyton restore /mnt/backups --data /var/lib/adyton-new
        adyton restore /mnt/backups --list
        adyton restore s3://backups/adyton --backup 000012-20260131T020000Z --data /var/lib/adyton-new

      SOURCE is what `adyton backup` was given. The last backup is restored unless --backup names another one. The \
      data folder must have no server's data, nor the prefix of --storage. Everything is read back and compared with \
      the backup. The metadata store comes last: as long as it is not there, no server starts on the folder, and the \
      same command goes on where it was interrupted. Exit codes: 0 restored, 1 refused, 2 the command line is wrong.
      """)

  @Argument(help: "The place with backups: a folder, or s3://BUCKET/PREFIX.", completion: .directory)
  var source: String

  @OptionGroup var folder: FolderOptions

  @Option(help: "The id of the backup; the last one if not given.")
  var backup: String?

  @Flag(help: "List the backups that there are, the oldest first, and restore none.")
  var list = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func run() async throws {
    let folder = try folder.open()
    let line = ProgressLine()
    try await CommandFailure.refusing(line) {
      let repository = BackupRepository(try storage.repository(at: source, in: folder))
      guard !list else { return try await BackupList.show(repository, asJSON: json) }
      try folder.lockForServer()
      let manifest = try await RestoreWork(
        from: repository,
        to: RestoreWork.Target(
          folder: folder.url, storePath: folder.storePath, objects: try storage.objects(in: folder)),
        progress: { line.show($0.bar) }
      ).run(try await repository.backup(id: backup))
      let report = try await check(folder) { line.show($0.bar) }
      line.clear()
      try show(manifest, report)
      if !report.isFine, manifest.damaged.isEmpty { throw ExitCode(1) }
    }
  }

  /// Opens the restored server, which brings its store up to date, and looks at everything once more.
  private func check(_ folder: DataFolder, progress: @escaping WorkProgress.Observer) async throws -> InspectionReport {
    let store = try folder.openMetadata()
    defer { try? store.close() }
    let now = Date()
    try await store.write { transaction in
      try transaction.audit(.restoreStore, of: "store", accountID: nil, by: .operatorAtMachine, at: now)
    }
    return try await Inspection(
      store: store, objects: try await storage.open(in: folder, of: store), progress: progress
    ).run()
  }

  private func show(_ manifest: BackupManifest, _ report: InspectionReport) throws {
    for name in manifest.damaged { CommandFailure.print("the backup was made without: \(name)") }
    for finding in report.findings where finding.isDamage {
      CommandFailure.print(finding.line)
    }
    try Output.fields(
      [
        ("backup", manifest.id), ("finishedAt", Timestamp.text(of: manifest.finishedAt)),
        ("objects", String(manifest.objects.count)), ("bytes", String(manifest.byteCount)),
      ], asJSON: json,
      text: """
        restored \(manifest.id), as of \(Timestamp.text(of: manifest.startedAt)): \
        \(manifest.objects.count.formatted()) objects, \(ByteText.text(of: manifest.byteCount)), all compared
        """)
  }
}

extension AuditAction {
  fileprivate static let restoreStore = AuditAction("store.restore")
}

extension Output {
  /// Prints a text, or names and values as one JSON object.
  static func fields(_ fields: [(name: String, value: String)], asJSON: Bool, text: String) throws {
    if asJSON { try self.fields(fields, asJSON: true) } else { line(text) }
  }
}
