import Base
import CleanRoom
package import Metadata
package import ObjectStorage
import Warehouse

/// Compares everything that a server has with what was written: the store by SQLite's own means, the audit log by its
/// hashes, and objects by their checksums. A server may run meanwhile.
package struct Inspection: Sendable {
  let store: MetadataStore
  let objects: any ObjectStorage
  let progress: WorkProgress.Observer

  package init(
    store: MetadataStore, objects: any ObjectStorage, progress: @escaping WorkProgress.Observer = { _ in }
  ) {
    (self.store, self.objects, self.progress) = (store, objects, progress)
  }

  /// Looks at everything.
  ///
  /// - Parameters:
  ///   - instanceID: The instance whose objects are read; all if nil.
  ///   - seen: Ends of the audit log that were noted before.
  ///   - addsChecksums: Whether files of an earlier release get their checksums.
  package func run(
    instanceID: String? = nil, seen: [AuditChain.Head] = [], addsChecksums: Bool = false
  ) async throws -> InspectionReport {
    var report = InspectionReport()
    try await inspectStore(seen, &report)
    let listed = try await list(instanceID)
    try await inspectFolders(listed, instanceID, addsChecksums: addsChecksums, &report)
    try await inspectSecrets(listed, instanceID, &report)
    try await inspectOutputs(listed, &report)
    try await inspectReferences(listed, instanceID, &report)
    report.findings.sort { $0.isDamage && !$1.isDamage }
    return report
  }

  private func inspectStore(_ seen: [AuditChain.Head], _ report: inout InspectionReport) async throws {
    progress(WorkProgress("checking the metadata store", 0))
    let (isIntact, place, head) = try await store.read { snapshot in
      (try snapshot.isIntact(), try snapshot.auditBreak(seen: seen), try snapshot.auditHead())
    }
    if !isIntact { report.findings.append(InspectionFinding(.damagedStore)) }
    if let place { report.findings.append(InspectionFinding(.brokenAuditLog(place))) }
    report.auditHead = head
  }

  /// The objects that there are, with their lengths.
  private func list(_ instanceID: String?) async throws -> [ObjectKey: Int] {
    progress(WorkProgress("listing objects", 0))
    var listed: [ObjectKey: Int] = [:]
    for root in instanceID.map({ ["instances/\($0)"] }) ?? StoredFolder.roots {
      for object in try await objects.list(under: try ObjectKey(root)) { listed[object.key] = object.byteCount }
    }
    return listed
  }

  /// Whether an object is one of the instance; all are if nil.
  private static func isMeant(_ key: String, _ instanceID: String?) -> Bool {
    instanceID.map { key.hasPrefix("instances/\($0)/") } ?? true
  }

  // MARK: Folders with a manifest

  private func inspectFolders(
    _ listed: [ObjectKey: Int], _ instanceID: String?, addsChecksums: Bool, _ report: inout InspectionReport
  ) async throws {
    let known = try await store.read { try $0.objectGenerations() }
    var folders = StoredFolder.all(listed: listed.keys, known: known.keys)
    if let instanceID { folders = folders.filter { $0.instanceID == instanceID } }
    // Data files in a place whose manifest is not there are damage as well.
    let dataFiles = Dictionary(
      grouping: listed.keys.filter(ManifestFolderKeys.isDataFile), by: Self.folder(ofDataFile:))
    folders.formUnion(dataFiles.keys.compactMap(\.self))
    let meter = ByteMeter("checking objects", total: listed.values.reduce(0, +), progress)
    for folder in folders.sorted(by: { $0.prefix < $1.prefix }) {
      let inspection = FolderInspection(folder: folder, objects: objects, meter: meter)
      report.add(try await inspection.run(dataFiles: Set(dataFiles[folder] ?? []), addsChecksums: addsChecksums))
    }
  }

  /// The folder that a data file belongs to, by its place; nil for the file of a result.
  private static func folder(ofDataFile key: ObjectKey) -> StoredFolder? {
    key.folders.lazy.compactMap { folder in
      (try? ObjectKey("\(folder)/\(ManifestFolderKeys.manifestName)")).flatMap(StoredFolder.init(manifest:))
    }.first
  }

  // MARK: Secrets, results and members

  private func inspectSecrets(
    _ listed: [ObjectKey: Int], _ instanceID: String?, _ report: inout InspectionReport
  ) async throws {
    var keys = Set(listed.keys.filter(StoredSecrets.isSecret))
    let known = try await store.read { try $0.objectGenerations() }
    for key in known.keys where Self.isMeant(key, instanceID) {
      if let key = try? ObjectKey(key), StoredSecrets.isSecret(key) { keys.insert(key) }
    }
    for key in keys.sorted() {
      do throws(StorageError) {
        try await StoredSecrets.check(key, in: objects)
        report.checkedCount += 1
      } catch {
        guard let damage = error.damage else { throw error }
        report.findings.append(InspectionFinding(.damage(damage, in: "secret \(key.lastPart)")))
      }
    }
  }

  /// The files of results and members, each folder with its checksums.
  private func inspectOutputs(_ listed: [ObjectKey: Int], _ report: inout InspectionReport) async throws {
    let folders = listed.keys.filter { $0.lastPart == OutputFolder.checksumsName }.compactMap(\.parent).sorted()
    let meter = ByteMeter("checking results", total: folders.count, progress)
    let reader = ObjectReader(storage: objects)
    for folder in folders {
      do throws(StorageError) {
        for (name, digest) in try await OutputFolder(folder, in: objects).digests() {
          let key = try folder.appending(name)
          if let fault = ExpectedObject(digest).fault(of: try await reader.digest(of: key)) {
            throw StorageError(damage: ObjectDamage(fault, of: key))
          }
          report.checkedCount += 1
          report.checkedByteCount += digest.byteCount
        }
      } catch {
        // A file that is gone was removed with its record; those that records need are looked for below.
        guard error.code != .notFound else { continue }
        guard let damage = error.damage else { throw error }
        report.findings.append(InspectionFinding(.damage(damage, in: "results \(folder.lastPart)")))
      }
      meter.finish(1)
    }
  }

  /// Results and members that records refer to. Those that were removed since with their records are none.
  private func inspectReferences(
    _ listed: [ObjectKey: Int], _ instanceID: String?, _ report: inout InspectionReport
  ) async throws {
    let referenced = try await store.read { try $0.referencedObjects() }
    let folders = Set(listed.keys.compactMap(\.folders.first))
    let keys = Set(listed.keys.map(\.value))
    var missing = referenced.keys.filter { Self.isMeant($0, instanceID) && !keys.contains($0) }
    missing.formUnion(referenced.prefixes.filter { Self.isMeant($0, instanceID) && !folders.contains($0) })
    guard !missing.isEmpty else { return }
    let now = try await store.read { try $0.referencedObjects() }
    for key in missing.sorted() where now.keys.contains(key) || now.prefixes.contains(key) {
      let isThere = try await !objects.list(under: try ObjectKey(key)).isEmpty
      if !isThere, try await !objects.exists(try ObjectKey(key)) {
        report.findings.append(InspectionFinding(.missingReference(key)))
      }
    }
  }
}

extension InspectionReport {
  /// Adds what was found elsewhere.
  package mutating func add(_ other: InspectionReport) {
    findings += other.findings
    checkedCount += other.checkedCount
    checkedByteCount += other.checkedByteCount
  }
}
