/// Knows which instances there are, for commands that write an instance's signals.
public protocol InstanceDirectory: Sendable {
  /// Whether there is an instance of that id.
  func hasInstance(_ id: String) async throws -> Bool
}

/// Takes every id of the right form for an instance: for a data folder whose instances are recorded elsewhere.
public struct AnyInstanceDirectory: InstanceDirectory {
  /// A directory that knows no instance and refuses none.
  public init() {}

  /// Whether the id has the right form.
  public func hasInstance(_ id: String) async throws -> Bool {
    SignalKeys.isInstanceID(id)
  }
}
