import Logging
import ObjectStorage

/// The objects of one subject: a folder with one folder for each attempt, of which one at most counts.
///
/// What an attempt leaves that does not count is nobody's: members of an audience that was too small, or the output of a
/// process that ended. It is removed before the next attempt and after a failed one. That it cannot be removed is no
/// reason to fail.
struct AttemptFolder: Sendable {
  let path: String
  let objects: any ObjectStorage
  let logger: Logger

  /// The prefix of an attempt's objects.
  func prefix(attempt: Int) -> String { "\(path)/attempt-\(attempt)" }

  /// Removes everything but what is under `prefix`.
  func removeAll(except prefix: String? = nil) async {
    do throws(StorageError) {
      for object in try await objects.list(under: ObjectKey(path)) {
        if let prefix, object.key.value.hasPrefix(prefix + "/") { continue }
        try await objects.delete(object.key)
      }
    } catch {
      logger.warning("Old output was not removed.", metadata: ["error": "\(error.code.rawValue)"])
    }
  }
}
