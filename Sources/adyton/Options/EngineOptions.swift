import AMCSQL
import ArgumentParser
import Foundation
import Warehouse

/// The share of the machine that the engine may use.
struct EngineOptions: ParsableArguments {
  @Option(help: "Threads for each query (ADYTON_THREADS).")
  var threads = Setting("ADYTON_THREADS", default: ProcessInfo.processInfo.activeProcessorCount)

  @Option(name: .customLong("memory-mib"), help: "Memory for each query, in MiB (ADYTON_MEMORY_MIB).")
  var memoryMiB = Setting("ADYTON_MEMORY_MIB", default: 2048)

  @Option(
    name: .customLong("spill-mib"),
    help: "Disk space for what does not fit into memory, in MiB for each query (ADYTON_SPILL_MIB).")
  var spillMiB = Setting("ADYTON_SPILL_MIB", default: 32 * 1024)

  @Option(help: "Minutes that a query may run (ADYTON_QUERY_MINUTES).")
  var queryMinutes = Setting("ADYTON_QUERY_MINUTES", default: 240)

  @Option(help: "Rows of a result's file, where that makes no more than five (ADYTON_ROWS_PER_FILE).")
  var rowsPerFile = Setting("ADYTON_ROWS_PER_FILE", default: ResultFileLimits().rowsPerFile)

  @Option(help: "Columns of a result, and columns and aggregates of one SELECT (ADYTON_RESULT_COLUMNS).")
  var resultColumns = Setting("ADYTON_RESULT_COLUMNS", default: QueryLimits.columnsMax)

  func validate() throws {
    _ = try fileLimits
    _ = try settings(in: FileManager.default.temporaryDirectory)
  }

  var fileLimits: ResultFileLimits {
    get throws {
      var limits = ResultFileLimits(rowsPerFile: try rowsPerFile.value("--rows-per-file", in: 1...1_000_000_000))
      limits.columnLimit = try resultColumns.value("--result-columns", in: 1...10_000)
      return limits
    }
  }

  func settings(in spillFolder: URL) throws -> EngineSettings {
    let settings = EngineSettings(
      threads: try threads.value("--threads", in: 1...EngineSettings.largestThreadCount),
      memoryLimitBytes: try memoryMiB.value("--memory-mib", in: Self.smallestMemoryMiB...1 << 20) << 20,
      spillFolder: spillFolder,
      spillLimitBytes: try spillMiB.value("--spill-mib", in: 0...1 << 30) << 20,
      timeLimit: .seconds(60 * (try queryMinutes.value("--query-minutes", in: 1...100_000))))
    if let problem = settings.problem { throw ValidationError(problem) }
    return settings
  }

  private static let smallestMemoryMiB = EngineSettings.smallestMemoryLimitBytes >> 20
}
