import Base
package import Metadata
import ObjectStorage

/// Compares all backups of a repository with what was written.
package struct BackupInspection: Sendable {
  private let repository: BackupRepository
  private let progress: WorkProgress.Observer

  package init(_ repository: BackupRepository, progress: @escaping WorkProgress.Observer = { _ in }) {
    (self.repository, self.progress) = (repository, progress)
  }

  /// Reads everything once: objects that several backups share as well.
  ///
  /// - Returns: What was found, and the end of the audit log of each backup.
  package func run() async throws -> (report: InspectionReport, auditHeads: [AuditChain.Head]) {
    var report = InspectionReport()
    var manifests: [BackupManifest] = []
    for backup in try await repository.backups() {
      do {
        manifests.append(try await repository.manifest(of: backup))
      } catch let error as BackupError {
        guard case .damagedBackup(let id, let name) = error else { throw error }
        report.findings.append(InspectionFinding(.damagedBackup(id: id, name: name)))
      }
    }
    let damaged = try await damagedDigests(manifests, &report)
    for manifest in manifests {
      try await inspectStore(of: manifest, &report)
      for entry in manifest.objects + manifest.files where damaged.contains(entry.digest) {
        report.findings.append(InspectionFinding(.damagedBackup(id: manifest.id, name: entry.name)))
      }
    }
    return (report, manifests.map(\.auditHead))
  }

  /// The objects that are not there, or not what they should be.
  private func damagedDigests(
    _ manifests: [BackupManifest], _ report: inout InspectionReport
  ) async throws -> Set<ObjectDigest> {
    let all = Array(manifests.reduce(into: Set<ObjectDigest>()) { $0.formUnion($1.digests) })
    let meter = ByteMeter("checking backups", total: all.reduce(0) { $0 + $1.byteCount }, progress)
    let outcomes = try await ConcurrentWork.map(all, atOnce: ObjectReader.concurrentObjects) {
      (_, digest) throws(StorageError) in
      defer { meter.finish(digest.byteCount) }
      return try await isThere(digest, at: try BackupRepository.objectKey(digest))
    }
    let fine = zip(all, outcomes).filter(\.1).map(\.0)
    report.checkedCount += fine.count
    report.checkedByteCount += fine.reduce(0) { $0 + $1.byteCount }
    return Set(all).subtracting(fine)
  }

  private func inspectStore(of manifest: BackupManifest, _ report: inout InspectionReport) async throws {
    let key = try BackupRepository.metadataKey(manifest.id)
    guard try await isThere(manifest.metadata, at: key) else {
      report.findings.append(InspectionFinding(.damagedBackup(id: manifest.id, name: "metadata.sqlite")))
      return
    }
    report.checkedCount += 1
    report.checkedByteCount += manifest.metadata.byteCount
  }

  private func isThere(_ digest: ObjectDigest, at key: ObjectKey) async throws(StorageError) -> Bool {
    do throws(StorageError) {
      return try await ObjectReader(storage: repository.storage).digest(of: key) == digest
    } catch {
      guard error.code == .notFound || error.code == .failed else { throw error }
      return false
    }
  }
}
