package import Foundation
package import ObjectStorage

/// A folder with a manifest, whatever it holds: for those who look at all of a storage.
package struct StoredFolder: Sendable, Hashable {
  /// The content of a folder.
  package enum Content: Sendable, Hashable {
    case signals(table: String)
    /// A data set, by its uid.
    case dataSet(uid: String)
    /// The log of an audience whose members clients send.
    case audienceLog(id: String)
    case identityGraph
  }

  /// The keys below which all objects of a server are.
  package static let roots = ["instances", "identity"]

  /// The folder.
  package let prefix: ObjectKey
  /// The instance that it belongs to; nil for one of a marketplace.
  package let instanceID: String?
  /// The content.
  package let content: Content

  /// The folder whose manifest has that key; nil for the key of anything else.
  package init?(manifest key: ObjectKey) {
    var parts = key.value.split(separator: "/").map(String.init)
    guard parts.popLast() == ManifestFolderKeys.manifestName, let prefix = try? ObjectKey(parts.joined(separator: "/"))
    else { return nil }
    self.prefix = prefix
    switch (parts.first, parts.count) {
    case ("identity", 2): (instanceID, content) = (nil, .identityGraph)
    case ("instances", 3) where parts[2] == "identity": (instanceID, content) = (parts[1], .identityGraph)
    case ("instances", 4):
      instanceID = parts[1]
      switch parts[2] {
      case "signals": content = .signals(table: parts[3])
      case "dataSets": content = .dataSet(uid: parts[3])
      case "audienceLogs": content = .audienceLog(id: parts[3])
      default: return nil
      }
    default: return nil
    }
  }

  /// The key of its manifest.
  package var manifestKey: ObjectKey {
    get throws(StorageError) { try prefix.appending(ManifestFolderKeys.manifestName) }
  }

  /// The key of a file that the manifest lists.
  package func key(of file: ManifestFile) throws(StorageError) -> ObjectKey { try prefix.appending(file.name) }

  /// A manifest and what it lists, those files as well that were replaced.
  package struct Listing: Sendable {
    package var files: [ManifestFile] = []
    /// The manifest as it is stored; nil where the folder has none, and is empty.
    package var data: Data?

    fileprivate init(_ found: FoundManifest<some FileManifest>) {
      (files, data) = (found.manifest.keptFiles, found.data)
    }
  }

  /// The files that the manifest lists.
  ///
  /// - Throws: `storage_corrupt` with the damage of the manifest, `storage_outdated`.
  package func listing(in storage: any ObjectStorage) async throws(StorageError) -> Listing {
    switch content {
    case .signals: Listing(try await ManifestFolder<SignalManifest>(prefix: prefix).find(in: storage))
    case .dataSet, .audienceLog: Listing(try await RowFolder(prefix: prefix).find(in: storage))
    case .identityGraph: Listing(try await ManifestFolder<IdentityManifest>(prefix: prefix).find(in: storage))
    }
  }

  /// Writes length and checksum of files into the manifest that does not have them: those of an earlier release. What
  /// is there counts as right. Returns how many files it were.
  ///
  /// - Parameter digest: Reads a file.
  package func addChecksums(
    in storage: any ObjectStorage, digest: (ObjectKey) async throws -> ObjectDigest
  ) async throws -> Int {
    switch content {
    case .signals: try await ManifestFolder<SignalManifest>(prefix: prefix).addChecksums(in: storage, digest)
    case .dataSet, .audienceLog: try await RowFolder(prefix: prefix).addChecksums(in: storage, digest)
    case .identityGraph:
      try await ManifestFolder<IdentityManifest>(prefix: prefix).addChecksums(in: storage, digest)
    }
  }

  /// The content in the words of an operator.
  package var title: String {
    let owner = instanceID.map { " of instance \($0)" } ?? ""
    switch content {
    case .signals(let table): return "\(table)\(owner)"
    case .dataSet(let uid): return "data set \(uid)\(owner)"
    case .audienceLog(let id): return "audience log \(id)\(owner)"
    case .identityGraph: return instanceID == nil ? "identity graph \(prefix.lastPart)" : "identity graph\(owner)"
    }
  }
}

extension ManifestFolder {
  fileprivate func addChecksums(
    in storage: any ObjectStorage, _ digest: (ObjectKey) async throws -> ObjectDigest
  ) async throws -> Int {
    try await storage.withLock(manifestKey()) {
      var (manifest, version) = try await self.manifest(in: storage)
      let unknown = manifest.keptFiles.filter { $0.isCurrent && $0.expected.sha256 == nil }
      var digests: [String: ObjectDigest] = [:]
      for one in unknown { digests[one.name] = try await digest(file(one.name)) }
      // A manifest without a seal gets one, also where it has no files.
      guard !digests.isEmpty || manifest.format != Manifest.currentFormat else { return 0 }
      manifest.add(digests)
      manifest.generation += 1
      try await put(manifest, replacing: version, in: storage)
      return digests.count
    }
  }
}
