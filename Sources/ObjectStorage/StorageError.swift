/// A failure of a storage.
///
/// The text depends on the code alone: neither keys nor paths are in it, as both can name a customer.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name of a failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// A key breaks the rules of `ObjectKey`.
    case invalidKey = "storage_invalid_key"
    /// There is no such object.
    case notFound = "storage_not_found"
    /// There is no such bucket.
    case noBucket = "storage_no_bucket"
    /// No space is left, or a quota is reached.
    case full = "storage_full"
    /// The storage refuses access.
    case denied = "storage_denied"
    /// A stored object cannot be understood.
    case corrupt = "storage_corrupt"
    /// Stored objects were written by an earlier release in a form that this one can't use.
    case outdated = "storage_outdated"
    /// Someone else changed the same object in between; nothing was changed here.
    case conflict = "storage_conflict"
    /// The service did not answer, or is too busy to.
    case unreachable = "storage_unreachable"
    /// The task that asked was cancelled.
    case cancelled = "storage_cancelled"
    /// Anything else that reading or writing ended with.
    case failed = "storage_failed"
  }

  /// The kind of failure.
  public let code: Code

  /// An error of that code.
  public init(_ code: Code) {
    self.code = code
  }

  /// One sentence that is safe to show.
  public var message: String {
    switch code {
    case .invalidKey: "The object key is not valid."
    case .notFound: "The object does not exist."
    case .noBucket: "The bucket does not exist."
    case .full: "The object storage has no space left."
    case .denied: "The object storage refused access."
    case .corrupt: "An object in the storage is damaged."
    case .outdated: "The data was written by an earlier release; docs/operations.md says how to go on."
    case .conflict: "The object was changed by someone else at the same time."
    case .unreachable: "The object storage could not be reached."
    case .cancelled: "The work was cancelled."
    case .failed: "The object storage could not be read or written."
    }
  }

  /// Code and message.
  public var description: String { "\(code.rawValue): \(message)" }
}
