import Base
import CleanRoom
import CoreMetrics
package import Foundation
import Measurement
import Metadata
package import Warehouse

/// The parts of a server that only its starting command knows, for its metrics.
package struct MonitoringSources: Sendable {
  /// The folder of the metadata store; nil where there is none.
  package var dataFolder: URL?
  /// The engine's processes; nil where the engine runs in the server.
  package var workers: EngineWorkers?

  package init(dataFolder: URL? = nil, workers: EngineWorkers? = nil) {
    (self.dataFolder, self.workers) = (dataFolder, workers)
  }
}

/// Reads the figures of a server at the moment at which somebody asks for them. What cannot be read is left out, and
/// counted as a failure.
struct ServerFigures: Sendable {
  /// The largest number of instances that are told: those with the least budget left.
  static let instanceLimit = 100
  /// The largest number of populations that are told, in the order of their names.
  static let populationLimit = 100

  let store: MetadataStore
  let settings: CleanRoomSettings
  let clock: any WallClock
  let census: StorageCensus
  let sources: MonitoringSources
  let metrics: ServerMetrics
  var certificate: TLSCertificate?

  /// All metrics of the server in the text format of Prometheus.
  func text() async -> String {
    let registry = PrometheusRegistry(ServerMetric.allCases.filter(\.isRead).map(\.declaration))
    let figures = FigureWriter(registry: registry)
    await read("queue") { try await readQueue(into: figures) }
    await read("budgets") { try await readBudgets(into: figures) }
    await read("backups") { try await readBackups(into: figures) }
    await readWorkers(into: figures)
    await readStorage(into: figures)
    readProcess(into: figures)
    figures.count(.droppedValues, [], Int64(metrics.registry.droppedCount))
    return metrics.registry.text + registry.text
  }

  private func read(_ part: String, _ work: () async throws -> Void) async {
    do { try await work() } catch { metrics.collectionFailed(part: part) }
  }

  private func readQueue(into figures: FigureWriter) async throws {
    let now = clock.now
    for queue in try await store.read({ try $0.queueFigures() }) {
      let kind = ("kind", queue.kind.rawValue)
      figures.set(.jobs, [kind, ("state", queue.state.rawValue.lowercased())], queue.count)
      if queue.state == .pending { figures.set(.queueAge, [kind], max(0, now.timeIntervalSince(queue.oldest))) }
    }
  }

  private func readBudgets(into figures: FigureWriter) async throws {
    let now = clock.now
    let service = PrivacyBudgetService(store: store, settings: settings.noise)
    for population in try await service.populations().sorted().prefix(Self.populationLimit) {
      let balance = try await service.balance(of: population, at: now)
      let label = ("population", population)
      figures.set(.privacyBudget, [label], max(0, 1 - balance.share(balance.spent)))
      figures.set(.privacyQueries, [label], balance.queriesLeft)
    }
    let budget = settings.disclosureBudget
    guard budget.maximumOverlappingExecutions > 0 else { return }
    let since = DifferencingGuard.periodStart(budget, at: now)
    let spent = try await store.read { try $0.queryBudgetFigures(since: since, limit: Self.instanceLimit) }
    for instance in spent {
      let used = Double(instance.executionCount) / Double(budget.maximumOverlappingExecutions)
      figures.set(.queryBudget, [("amc_instance", instance.instanceID)], max(0, 1 - used))
    }
  }

  private func readBackups(into figures: FigureWriter) async throws {
    let last = try await store.read { try $0.lastBackup() }
    figures.set(.lastBackup, [], last?.finishedAt.timeIntervalSince1970 ?? 0)
    if let last { figures.set(.lastBackupBytes, [], last.byteCount) }
  }

  private func readWorkers(into figures: FigureWriter) async {
    guard let workers = sources.workers else { return }
    let memory = await workers.memory()
    for (state, bytes) in [("warm", memory.warm), ("running", memory.running)] {
      figures.set(.workers, [("state", state)], bytes.count)
      figures.set(.workerMemory, [("state", state)], Double(bytes.reduce(0, +)))
    }
    let past = workers.figures
    figures.set(.workerMemoryPeak, [], Double(past.peakBytes))
    figures.count(.workerStarts, [], Int64(past.started))
    for (outcome, count) in [
      ("served", past.served), ("ended", past.ended), ("out_of_memory", past.outOfMemory),
      ("timed_out", past.timedOut),
    ] { figures.count(.workerSessions, [("outcome", outcome)], Int64(count)) }
  }

  private func readStorage(into figures: FigureWriter) async {
    for (area, found) in census.figures {
      figures.set(.objects, [("area", area)], found.count)
      figures.set(.objectBytes, [("area", area)], found.bytes)
    }
    if let certificate { figures.set(.certificateExpiry, [], certificate.expiresAt.timeIntervalSince1970) }
    guard let folder = sources.dataFolder?.path(percentEncoded: false) else { return }
    let disk = await BlockingWork.run { DiskFigures(folder: folder) }
    if let free = disk.freeBytes { figures.set(.storageFree, [], free) }
    if let size = disk.sizeBytes { figures.set(.storageSize, [], size) }
    figures.set(.metadataBytes, [], disk.metadataBytes)
  }

  private func readProcess(into figures: FigureWriter) {
    let process = ProcessFigures()
    if let bytes = process.residentBytes { figures.set(.processMemory, [], bytes) }
    if let seconds = process.processorSeconds { figures.add(.processSeconds, seconds) }
    if let count = process.openFileCount { figures.set(.processFiles, [], count) }
    if let limit = process.fileLimit { figures.set(.processFileLimit, [], limit) }
    if let start = process.startedAt { figures.set(.processStart, [], start) }
  }
}

/// The room on the disk of the data folder.
private struct DiskFigures: Sendable {
  var freeBytes: Int?
  var sizeBytes: Int?
  var metadataBytes = 0

  init(folder: String) {
    let manager = FileManager.default
    if let disk = try? manager.attributesOfFileSystem(forPath: folder) {
      freeBytes = (disk[.systemFreeSize] as? NSNumber)?.intValue
      sizeBytes = (disk[.systemSize] as? NSNumber)?.intValue
    }
    for name in ["metadata.sqlite", "metadata.sqlite-wal"] {
      let file = try? manager.attributesOfItem(atPath: folder + "/" + name)
      metadataBytes += (file?[.size] as? NSNumber)?.intValue ?? 0
    }
  }
}

/// Writes figures through swift-metrics.
private struct FigureWriter {
  let registry: PrometheusRegistry

  func set(_ metric: ServerMetric, _ dimensions: [(String, String)], _ value: Double) {
    Meter(label: metric.rawValue, dimensions: dimensions, factory: registry).set(value)
  }

  func set(_ metric: ServerMetric, _ dimensions: [(String, String)], _ value: Int) {
    set(metric, dimensions, Double(value))
  }

  func count(_ metric: ServerMetric, _ dimensions: [(String, String)], _ value: Int64) {
    Counter(label: metric.rawValue, dimensions: dimensions, factory: registry).increment(by: value)
  }

  func add(_ metric: ServerMetric, _ value: Double) {
    FloatingPointCounter(label: metric.rawValue, factory: registry).increment(by: value)
  }
}
