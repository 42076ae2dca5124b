import Base
import ObjectStorage
import Warehouse

/// Compares the files of one folder with its manifest.
struct FolderInspection: Sendable {
  let folder: StoredFolder
  let objects: any ObjectStorage
  let meter: ByteMeter

  /// - Parameters:
  ///   - dataFiles: The data files that are in the folder.
  ///   - addsChecksums: Whether files without a checksum get one.
  func run(dataFiles: Set<ObjectKey>, addsChecksums: Bool) async throws -> InspectionReport {
    var report = InspectionReport()
    let files: [ManifestFile]
    do throws(StorageError) {
      files = try await folder.listing(in: objects).files
    } catch {
      if error.code == .outdated { report.findings.append(InspectionFinding(.outdated(folder.title))) }
      guard let damage = error.damage else { return try report.orThrow(error) }
      report.findings.append(InspectionFinding(.damage(damage, in: folder.title)))
      return report
    }
    let outcomes = try await ConcurrentWork.map(files, atOnce: ObjectReader.concurrentObjects) {
      (_, file) throws(StorageError) in
      defer { meter.finish(file.expected.byteCount ?? 0) }
      return try await check(file)
    }
    for (file, damage) in zip(files, outcomes) {
      if let damage { report.findings.append(InspectionFinding(.damage(damage, in: folder.title))) }
      guard file.isCurrent, damage == nil, let byteCount = file.expected.byteCount else { continue }
      report.checkedCount += 1
      report.checkedByteCount += byteCount
    }
    try noteLeftOvers(files, dataFiles, &report)
    try await noteMissingChecksums(files, addsChecksums: addsChecksums && report.isFine, &report)
    return report
  }

  /// The damage of a file; nil for none. A file that was replaced may be gone.
  private func check(_ file: ManifestFile) async throws(StorageError) -> ObjectDamage? {
    let key = try folder.key(of: file)
    do throws(StorageError) {
      let digest = try await ObjectReader(storage: objects).digest(of: key)
      return file.expected.fault(of: digest).map { damage($0, of: key, file) }
    } catch {
      switch error.code {
      case .notFound:
        guard file.isCurrent, try await isStillListed(file) else { return nil }
        return damage(.missing, of: key, file)
      case .failed: return damage(.unreadable, of: key, file)
      default: throw error
      }
    }
  }

  private func damage(_ fault: ObjectDamage.Fault, of key: ObjectKey, _ file: ManifestFile) -> ObjectDamage {
    ObjectDamage(fault, of: key, day: file.day.map { UTCDay(number: $0).text })
  }

  /// Whether a file is part of the folder by now: another load may have replaced it, or the deletion of a user.
  private func isStillListed(_ file: ManifestFile) async throws(StorageError) -> Bool {
    try await folder.listing(in: objects).files.contains { $0.isCurrent && $0.name == file.name }
  }

  private func noteLeftOvers(
    _ files: [ManifestFile], _ dataFiles: Set<ObjectKey>, _ report: inout InspectionReport
  ) throws(StorageError) {
    var known: Set<ObjectKey> = []
    for file in files { known.insert(try folder.key(of: file)) }
    let count = dataFiles.subtracting(known).count
    if count > 0 { report.findings.append(InspectionFinding(.leftOver(count: count, in: folder.title))) }
  }

  private func noteMissingChecksums(
    _ files: [ManifestFile], addsChecksums: Bool, _ report: inout InspectionReport
  ) async throws {
    let count = files.count { $0.isCurrent && $0.expected.sha256 == nil }
    if addsChecksums {
      let reader = ObjectReader(storage: objects)
      _ = try await folder.addChecksums(in: objects) { try await reader.digest(of: $0) }
    } else if count > 0 {
      report.findings.append(InspectionFinding(.withoutChecksum(count: count, in: folder.title)))
    }
  }
}

extension InspectionReport {
  /// The report where it has something to say about an error; throws the error otherwise.
  fileprivate func orThrow(_ error: StorageError) throws(StorageError) -> InspectionReport {
    guard !findings.isEmpty else { throw error }
    return self
  }
}
