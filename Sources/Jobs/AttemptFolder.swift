package import Logging
package import ObjectStorage

/// The objects of one subject: a folder with a folder for each attempt, of which at most one counts.
///
/// Attempts that do not count leave objects that nobody uses: members of an audience that was too small, or the output
/// of a process that ended. They are removed before the next attempt and after a failed one. A failure to remove them
/// is no reason to fail.
package struct AttemptFolder: Sendable {
  private let path: String
  private let objects: any ObjectStorage
  private let logger: Logger

  package init(path: String, objects: any ObjectStorage, logger: Logger) {
    self.path = path
    self.objects = objects
    self.logger = logger
  }

  /// The prefix of an attempt's objects.
  package func prefix(attempt: Int) -> String { "\(path)/attempt-\(attempt)" }

  /// Removes everything except objects under `prefix`.
  package func removeAll(except prefix: String? = nil) async {
    await remove(under: path) { key in prefix.map { !key.hasPrefix($0 + "/") } ?? true }
  }

  /// Removes the objects of the attempts up to `attempt`, except those under `prefix`. A later attempt may be running.
  package func removeAll(upTo attempt: Int, except prefix: String?) async {
    let start = "\(path)/attempt-"
    await remove(under: path) { key in
      guard key.hasPrefix(start), let number = Int(key.dropFirst(start.count).prefix { $0 != "/" }) else {
        return false
      }
      return number <= attempt && prefix.map { !key.hasPrefix($0 + "/") } ?? true
    }
  }

  /// Removes the objects of one attempt.
  package func remove(attempt: Int) async {
    await remove(under: prefix(attempt: attempt)) { _ in true }
  }

  /// Removes in a separate task: the objects of a cancelled task have to be removed as well.
  private func remove(under path: String, where isOld: @escaping @Sendable (String) -> Bool) async {
    let (objects, logger) = (objects, logger)
    await Task {
      do throws(StorageError) {
        for object in try await objects.list(under: ObjectKey(path)) where isOld(object.key.value) {
          try await objects.delete(object.key)
        }
      } catch {
        logger.warning("Old output was not removed.", metadata: ["error": "\(error.code.rawValue)"])
      }
    }.value
  }
}
