public import Catalog
import Foundation
import ObjectStorage

/// Loads files as signals: all of a load becomes part of a table in one step, or nothing does.
public struct SignalLoader: Sendable {
  private let store: SignalStore
  private let settings: EngineSettings

  /// A loader into that store, whose engine may use what the settings say.
  public init(store: SignalStore, settings: EngineSettings) {
    self.store = store
    self.settings = settings
  }

  /// How far a load is.
  public enum Progress: Sendable, Hashable {
    /// The values of a file are checked; files count from 1.
    case checking(file: Int, of: Int, fraction: Double)
    /// A file is converted; files count from 1.
    case converting(file: Int, of: Int, fraction: Double)
    /// Days are sorted; days count from 1.
    case sorting(day: Int, of: Int)
  }

  /// The result of a load.
  public struct Summary: Sendable, Hashable {
    /// The rows that were loaded.
    public var rowCount: Int
    /// The UTC days that they fall on; 0 in tables without an event time.
    public var dayCount: Int
    /// Notes for users, a sentence fragment each.
    public var notes: [String]
  }

  /// Checks all files, then converts and publishes them. Throws a `LoadRefusal` when anything about them is wrong,
  /// `EngineError` or `StorageError` when the machine is.
  public func load(
    _ files: [LoadFile], into source: DataSource, instanceID: String, mode: SignalStore.PublishMode = .append,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    let area = try await store.storage.stage()
    defer { area.discard() }
    let secret = try await store.userKeySecret(instanceID: instanceID)
    let work = LoadWork(
      table: LoadTable(source), secret: secret, area: area, settings: settings, progress: progress)
    let inputs = try await LoadInput.unpackAndLink(files, in: area, limits: settings.loading)
    var columns: [[RawColumn]] = []
    var problems: [LoadProblem] = []
    for (number, input) in inputs.enumerated() where problems.count < LoadRefusal.problemLimit {
      do {
        columns.append(try await work.check(input, number: number, of: inputs.count))
      } catch let refusal as LoadRefusal {
        problems += refusal.problems
      }
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    var notes: [String] = []
    for (number, (input, columns)) in zip(inputs, columns).enumerated() {
      for note in try await work.convert(input, columns, number: number, of: inputs.count)
      where !notes.contains(note) {
        notes.append(note)
      }
    }
    let parts = try await work.sort()
    try Task.checkCancellation()
    try await store.publish(parts, to: source.baseName, instanceID: instanceID, mode: mode)
    return Summary(
      rowCount: parts.reduce(0) { $0 + $1.rowCount }, dayCount: Set(parts.compactMap(\.day)).count, notes: notes)
  }
}
