import CleanRoom
import Foundation
import Metadata
import ObjectStorage
import Sandbox
import Warehouse

/// Fills a sandbox with signals and people, such that an interrupted one is never taken for a finished one.
struct SandboxMaking {
  let folder: DataFolder
  let metadata: MetadataStore
  let storage: any ObjectStorage

  private var instances: InstanceService { InstanceService(store: metadata) }

  /// The progress of a sandbox.
  enum State: Hashable {
    case missing
    /// The instance is a standard one with real signals.
    case notASandbox
    /// The instance has synthetic signals, and is of the other kind than was asked for.
    case ofOtherKind
    /// A command was interrupted while it made the sandbox.
    case interrupted
    /// The instance says that it is there, and has no people: nobody filled it, or an earlier release was interrupted.
    case withoutPeople
    case finished
  }

  /// - Parameter kind: The kind that the instance has to have.
  func state(of instanceID: String, kind: InstanceRecord.Kind = .sandbox) async throws -> State {
    guard let instance = try await Provisioning(store: metadata).instance(id: instanceID) else { return .missing }
    guard instance.hasSyntheticSignals else { return .notASandbox }
    guard instance.kind == kind else { return .ofOtherKind }
    guard instance.status == .completed else { return .interrupted }
    let people = try await IdentityStore(storage: storage).manifest(.sandbox(instanceID: instanceID))
    return people.sandbox == nil ? .withoutPeople : .finished
  }

  /// Records that an interrupted sandbox is made again.
  ///
  /// - Throws: `ExitCode` where a server is making it, or will when it is started.
  func resume(_ instanceID: String) async throws {
    do {
      try await instances.beginSandbox(id: instanceID)
    } catch is CleanRoomError {
      throw CommandFailure.refused(
        "The sandbox '\(instanceID)' was asked for over the API: the server makes it. Name another one.")
    }
  }

  /// Makes the signals and the people of an instance that is there, and records then that it is finished.
  ///
  /// - Throws: `CleanRoomError`, `EngineError`, `StorageError`, `SandboxRecipeError`.
  func fill(
    _ instanceID: String, _ settings: SandboxSettings, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> SandboxStatistics {
    let generator = try SandboxGenerator(
      settings, store: SignalStore(storage: storage), engine: folder.engineSettings)
    let statistics = try await generator.generate(
      instanceID: instanceID, willPublish: { try await instances.beginSandbox(id: instanceID) }, progress: progress)
    try await instances.finishSandbox(id: instanceID, at: Date())
    return statistics
  }
}
