import Base

/// A failure of a storage.
///
/// The text depends on the code, and for damaged data on what a client calls it: neither keys nor paths are in it, as
/// both can name a customer. Errors are equal when their codes are.
public struct StorageError: Error, Sendable, CustomStringConvertible {
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
    /// The process or the machine has too many files open, or no memory for another one.
    case exhausted = "storage_exhausted"
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
  /// The object that is damaged; nil for every failure but `corrupt`, and where it is none of the manifests.
  public let damage: ObjectDamage?

  /// An error of that code.
  public init(_ code: Code) {
    self.code = code
    damage = nil
  }

  /// The error of a damaged object.
  public init(damage: ObjectDamage) {
    code = .corrupt
    self.damage = damage
  }

  /// The same error with what a client knows the damaged data by, where that is not said yet.
  package func about(_ subject: String?, day: String? = nil) -> StorageError {
    guard var damage else { return self }
    damage.subject = damage.subject ?? subject
    damage.day = damage.day ?? day
    return StorageError(damage: damage)
  }

  /// One sentence that is safe to show.
  public var message: String {
    switch code {
    case .invalidKey: "The object key is not valid."
    case .notFound: "The object does not exist."
    case .noBucket: "The bucket does not exist."
    case .full: "The object storage has no space left."
    case .exhausted: "The server has too many files open."
    case .denied: "The object storage refused access."
    case .corrupt: damage?.message ?? "An object in the storage is damaged."
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

extension StorageError: Hashable {
  /// Whether the codes are the same.
  public static func == (left: StorageError, right: StorageError) -> Bool { left.code == right.code }

  /// Hashes the code.
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension StorageError: TransientError {
  package var isTransient: Bool {
    switch code {
    case .full, .exhausted, .denied, .unreachable, .failed: true
    case .invalidKey, .notFound, .noBucket, .corrupt, .outdated, .conflict, .cancelled: false
    }
  }
}

extension StorageError: CodedError {
  /// For the operator: what is wrong with which object.
  package var detail: String? { damage?.detail }
}
