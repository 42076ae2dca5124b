import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import Warehouse

/// The objects that a backup has to have, found while the server goes on.
///
/// The store is copied first, and objects are looked at afterwards: what the copy of the store says to be done has been
/// done to the objects. What was begun is done again by the restored server, with the effect of once.
struct BackupPlan: Sendable {
  /// An object to be copied.
  struct Item: Sendable, Hashable {
    var key: ObjectKey
    var byteCount: Int
    /// The entry of its manifest; nil for an object that no manifest lists.
    var expected: ExpectedObject?
    /// Whether it never changes under its key, so that an earlier backup of the same length has the same object.
    var isImmutable: Bool
    /// The object itself, for a manifest: the files that it lists are those of the plan.
    var data: Data?
  }

  var items: [Item] = []
  /// Objects that should be there and are not: removed since the store was copied, or lost.
  var missing: [ObjectDamage] = []

  var byteCount: Int { items.reduce(0) { $0 + $1.byteCount } }

  /// Looks at a storage whose store was copied before.
  ///
  /// - Parameters:
  ///   - generations: The manifests that the copy of the store knows.
  ///   - referenced: The objects that its records refer to.
  init(
    of storage: any ObjectStorage, generations: [String: Int], referenced: ReferencedObjects
  ) async throws(StorageError) {
    var listed: [ObjectKey: Int] = [:]
    for root in StoredFolder.roots {
      for object in try await storage.list(under: try ObjectKey(root)) { listed[object.key] = object.byteCount }
    }
    // Manifests are read after the list was made: work that removes staged objects has changed them before.
    let folders = StoredFolder.all(listed: listed.keys, known: generations.keys)
    for folder in folders.sorted(by: { $0.prefix < $1.prefix }) { try await add(folder, &listed, in: storage) }
    let prefixes = Set(folders.map(\.prefix.value))
    let outputs = try await Self.outputs(Array(listed.keys), in: storage)
    for (key, byteCount) in listed where !Self.isStray(key, prefixes) {
      items.append(
        Item(
          key: key, byteCount: byteCount, expected: outputs[key].map(ExpectedObject.init),
          isImmutable: key.lastPart != ManifestFolderKeys.manifestName))
    }
    let mark = try ObjectKey(StorePairing.objectName)
    if let byteCount = try await storage.byteCount(of: mark) {
      items.append(Item(key: mark, byteCount: byteCount, isImmutable: false))
    }
    noteMissing(referenced)
    items.sort { $0.key < $1.key }
  }

  /// Takes what the manifest of a folder lists out of the listed objects.
  private mutating func add(
    _ folder: StoredFolder, _ listed: inout [ObjectKey: Int], in storage: any ObjectStorage
  ) async throws(StorageError) {
    let listing: StoredFolder.Listing
    let manifest = try folder.manifestKey
    listed[manifest] = nil
    do throws(StorageError) {
      listing = try await folder.listing(in: storage)
    } catch {
      guard let damage = error.damage else { throw error }
      missing.append(damage)
      return
    }
    guard let data = listing.data else { return }
    items.append(Item(key: manifest, byteCount: data.count, isImmutable: false, data: data))
    for file in listing.files {
      let key = try folder.key(of: file)
      let byteCount = listed.removeValue(forKey: key) ?? file.expected.byteCount ?? 0
      items.append(Item(key: key, byteCount: byteCount, expected: file.expected, isImmutable: true))
    }
  }

  /// The checksums of results and members, by the object.
  private static func outputs(
    _ listed: [ObjectKey], in storage: any ObjectStorage
  ) async throws(StorageError) -> [ObjectKey: ObjectDigest] {
    let folders = listed.filter { $0.lastPart == OutputFolder.checksumsName }.compactMap(\.parent)
    let found = try await ConcurrentWork.map(folders, atOnce: readsAtOnce) { (_, folder) throws(StorageError) in
      do throws(StorageError) {
        return try await OutputFolder(folder, in: storage).digests()
      } catch {
        // Damaged checksums say nothing; the objects are copied as they are, and `adyton verify` finds the damage.
        guard error.damage != nil else { throw error }
        return [:]
      }
    }
    var outputs: [ObjectKey: ObjectDigest] = [:]
    for (folder, digests) in zip(folders, found) {
      for (name, digest) in digests { outputs[try folder.appending(name)] = digest }
    }
    return outputs
  }

  /// The number of small objects that are read at the same time.
  private static let readsAtOnce = 16

  /// Whether an object is what work left that did not come to its end: a data file below a manifest that does not list
  /// it.
  private static func isStray(_ key: ObjectKey, _ folders: Set<String>) -> Bool {
    ManifestFolderKeys.isDataFile(key) && key.folders.contains { folders.contains($0) }
  }

  private mutating func noteMissing(_ referenced: ReferencedObjects) {
    let known = Set(items.map(\.key.value))
    for key in referenced.keys where !known.contains(key) { noteMissing(key) }
    let folders = Set(items.compactMap(\.key.folders.first))
    for prefix in referenced.prefixes where !folders.contains(prefix) { noteMissing(prefix) }
  }

  private mutating func noteMissing(_ key: String) {
    if let key = try? ObjectKey(key) { missing.append(ObjectDamage(.missing, of: key)) }
  }
}

extension StoredFolder {
  /// All folders with a manifest, also those of which only the store knows.
  static func all(listed: some Sequence<ObjectKey>, known: some Sequence<String>) -> Set<StoredFolder> {
    Set(listed.compactMap(StoredFolder.init(manifest:)))
      .union(known.compactMap { key in (try? ObjectKey(key)).flatMap(StoredFolder.init(manifest:)) })
  }
}

extension ObjectKey {
  /// The prefixes that the key is below, the longest first.
  var folders: [String] {
    var parts = value.split(separator: "/").dropLast()
    var folders: [String] = []
    while !parts.isEmpty {
      folders.append(parts.joined(separator: "/"))
      parts = parts.dropLast()
    }
    return folders
  }
}
