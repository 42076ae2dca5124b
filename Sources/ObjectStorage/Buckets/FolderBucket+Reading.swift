import Base
import Foundation

extension FolderBucket {
  /// The files of tags and policy are no objects; nor is what no `ObjectKey` can name, such as hidden files.
  func objects(prefix: String, limit: Int) async throws(StorageError) -> [BucketObject] {
    let root = try storage().root
    return try await BlockingWork.run { () throws(StorageError) in
      let path = root.path(percentEncoded: false)
      guard let found = FileManager.default.enumerator(atPath: path) else { throw StorageError(.failed) }
      var objects: [BucketObject] = []
      for case let key as String in found where key.hasPrefix(prefix) && Self.isObject(key) {
        guard found.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
          Self.hasOneName(root.appending(path: key))
        else { continue }
        objects.append(BucketObject(key: key, byteCount: (found.fileAttributes?[.size] as? NSNumber)?.intValue ?? 0))
      }
      return Array(objects.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.prefix(limit))
    }
  }

  func object(_ key: String) async throws(StorageError) -> BucketObject? {
    let storage = try storage()
    guard Self.isObject(key), let objectKey = try? ObjectKey(key), isInside(objectKey, of: storage.root),
      let byteCount = try await storage.byteCount(of: objectKey)
    else { return nil }
    return BucketObject(key: key, byteCount: byteCount)
  }

  func fetch(_ object: BucketObject, to file: URL) async throws(StorageError) {
    let storage = try storage()
    let key = try ObjectKey(object.key)
    guard isInside(key, of: storage.root) else { throw StorageError(.notFound) }
    let source = storage.root.appending(path: key.value)
    try await BlockingWork.run { () throws(StorageError) in
      do { try FileManager.default.copyItem(at: source, to: file) } catch { throw StorageError(cocoa: error) }
      guard try FolderFiles.byteCount(of: file) == object.byteCount else { throw StorageError(.conflict) }
    }
  }

  func tags(of key: String?) async throws(StorageError) -> [String: String] {
    struct Document: Decodable {
      var bucket: [String: String]?
      var objects: [String: [String: String]]?
    }
    let data: Data
    do {
      data = try await storage().get(ObjectKey(FolderBuckets.tagsName))
    } catch {
      guard error.code == .notFound else { throw error }
      return [:]
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: data) else { throw StorageError(.corrupt) }
    return (key.map { document.objects?[$0] } ?? document.bucket) ?? [:]
  }

  private static func isObject(_ key: String) -> Bool {
    key != FolderBuckets.policyName && key != FolderBuckets.tagsName && ObjectKey.isValid(key)
  }

  /// Whether a key leads to a file of the bucket, and to nowhere else by a symbolic link or a hard link.
  private func isInside(_ key: ObjectKey, of root: URL) -> Bool {
    let file = root.appending(path: key.value)
    return PathResolution.realPath(of: file) == file.path(percentEncoded: false) && Self.hasOneName(file)
  }

  /// Whether a file has no other name. A second one, a hard link, may lie anywhere on the disk.
  private static func hasOneName(_ file: URL) -> Bool {
    var status = stat()
    return lstat(file.path(percentEncoded: false), &status) == 0 && status.st_nlink == 1
  }
}
