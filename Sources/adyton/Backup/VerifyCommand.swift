import ArgumentParser
import Backup
import Base
import Foundation
import Metadata
import ObjectStorage

/// `adyton verify`: compares everything that a server has with what was written.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare a server's data, or its backups, with their checksums.",
    discussion: """
        adyton verify --data /var/lib/adyton
        adyton verify --data /var/lib/adyton --backup /mnt/backups

      Checks the metadata store by SQLite's own means, the hashes that chain the audit log, and each object with its \
      checksum, in the data folder or on S3. With --backup, also every backup there, and that the audit log continues \
      the one that each of them has. A server may run meanwhile.

      Prints each problem with its code, what it is about and the object, and then what to do. The last line has the \
      end of the audit log: noted somewhere else and given with --audit-head, it shows whether records were removed \
      from the end. Exit codes: 0 nothing is damaged, 1 something is, 2 the command line is wrong.
      """)

  @OptionGroup var folder: FolderOptions

  @Option(help: "The id of one instance whose objects are read; all if not given.")
  var instance: String?

  @Option(help: "A place with backups to check as well: a folder, or s3://BUCKET/PREFIX.", completion: .directory)
  var backup: String?

  @Option(help: "An end of the audit log that an earlier run printed, as NUMBER:HASH.")
  var auditHead: String?

  @Flag(help: "Give files of an earlier release their checksums; what is there counts as right.")
  var addChecksums = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func validate() throws {
    if let instance, let problem = InstanceIDCheck.problem(with: instance) { throw ValidationError(problem) }
    if let auditHead, AuditChain.Head(text: auditHead) == nil {
      throw ValidationError("--audit-head must be a number, a colon and 64 hexadecimal digits.")
    }
  }

  func run() async throws {
    let folder = try folder.open()
    let line = ProgressLine()
    let report = try await CommandFailure.refusing(line) { try await inspect(folder, line) }
    line.clear()
    try show(report)
    if !report.isFine { throw ExitCode(1) }
  }

  private func inspect(_ folder: DataFolder, _ line: ProgressLine) async throws -> InspectionReport {
    let store = try folder.openMetadata()
    defer { try? store.close() }
    let observer: WorkProgress.Observer = { line.show($0.bar) }
    var seen = auditHead.flatMap(AuditChain.Head.init(text:)).map { [$0] } ?? []
    var ofBackups = InspectionReport()
    if let backup {
      let repository = BackupRepository(try storage.repository(at: backup, in: folder))
      let inspected = try await BackupInspection(repository, progress: observer).run()
      ofBackups = inspected.report
      seen += inspected.auditHeads
    }
    let objects = try await storage.open(in: folder, of: store)
    var report = try await Inspection(store: store, objects: objects, progress: observer).run(
      instanceID: instance, seen: seen, addsChecksums: addChecksums)
    report.add(ofBackups)
    return report
  }

  private func show(_ report: InspectionReport) throws {
    guard !json else { return try Output.json(VerifyReport(report)) }
    for finding in report.findings { Output.line(finding.line) }
    for advice in report.advice { Output.line("advice: \(advice)") }
    let count = "\(report.checkedCount.formatted()) objects, \(ByteText.text(of: report.checkedByteCount))"
    let damages = report.findings.count(where: \.isDamage)
    Output.line(report.isFine ? "fine: \(count)" : "damaged: \(damages) problems, \(count) are fine")
    if let head = report.auditHead { Output.line("audit log: \(head.text)") }
  }
}

extension InspectionFinding {
  /// The finding with its code and its object, as commands print it.
  var line: String { "\(code): \(text)\(object.map { " (\($0))" } ?? "")" }
}

extension AuditChain.Head {
  /// The end of a log as `NUMBER:HASH`.
  var text: String { "\(sequence):\(Hexadecimal.text(of: hash))" }

  /// Nil for a text that is none.
  init?(text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0,
      let bytes = Hexadecimal.bytes(of: String(parts[1])), bytes.count == 32
    else { return nil }
    self.init(sequence: sequence, hash: Data(bytes))
  }
}

/// The output of `adyton verify --json`.
private struct VerifyReport: Encodable {
  struct Problem: Encodable {
    let code: String
    let isDamage: Bool
    let text: String
    let object: String?
  }

  let isFine: Bool
  let problems: [Problem]
  let advice: [String]
  let checkedObjects: Int
  let checkedBytes: Int
  let auditHead: String?

  init(_ report: InspectionReport) {
    isFine = report.isFine
    problems = report.findings.map {
      Problem(code: $0.code, isDamage: $0.isDamage, text: $0.text, object: $0.object)
    }
    advice = report.advice
    (checkedObjects, checkedBytes) = (report.checkedCount, report.checkedByteCount)
    auditHead = report.auditHead?.text
  }
}
