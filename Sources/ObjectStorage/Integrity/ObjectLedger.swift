/// The memory of which lists of files there are, and how often each was changed. It is kept apart from the storage, so
/// that a list that is lost, or an old one in its place, is noticed.
///
/// A list whose number is higher than the recorded one is fine: its writer was stopped before it recorded the change.
public protocol ObjectLedger: Sendable {
  /// The number of the last recorded change; nil where no list of that key is known.
  func generation(of key: ObjectKey) async throws(StorageError) -> Int?

  /// Records a change. That a record can't be written is no failure of the change: the next one is recorded again.
  func record(_ generation: Int, of key: ObjectKey) async

  /// Forgets a list that is about to be removed.
  func forget(_ key: ObjectKey) async throws(StorageError)
}
