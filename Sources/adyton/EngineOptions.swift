import ArgumentParser
import Foundation
import Warehouse

/// What the engine may use of the machine.
struct EngineOptions: ParsableArguments {
  @Option(help: "Threads for each query (ADYTON_THREADS).")
  var threads = Environment.number("ADYTON_THREADS") ?? ProcessInfo.processInfo.activeProcessorCount

  @Option(name: .customLong("memory-mib"), help: "Memory for each query, in MiB (ADYTON_MEMORY_MIB).")
  var memoryMiB = Environment.number("ADYTON_MEMORY_MIB") ?? 2048

  @Option(
    name: .customLong("spill-mib"),
    help: "Disk space for what does not fit into memory, in MiB for each query (ADYTON_SPILL_MIB).")
  var spillMiB = Environment.number("ADYTON_SPILL_MIB") ?? 32 * 1024

  @Option(help: "Minutes that a query may run (ADYTON_QUERY_MINUTES).")
  var queryMinutes = Environment.number("ADYTON_QUERY_MINUTES") ?? 240

  @Option(help: "Rows of a result's file, where that makes no more than five (ADYTON_ROWS_PER_FILE).")
  var rowsPerFile = Environment.number("ADYTON_ROWS_PER_FILE") ?? ResultFileLimits().rowsPerFile

  func validate() throws {
    guard (1...1_000_000_000).contains(rowsPerFile) else {
      throw ValidationError("--rows-per-file must be from 1 to 1000000000.")
    }
    guard (1...1 << 20).contains(memoryMiB) else { throw ValidationError("--memory-mib must be from 1 to 1048576.") }
    guard (0...1 << 30).contains(spillMiB) else { throw ValidationError("--spill-mib must be from 0 to 1073741824.") }
    guard (1...100_000).contains(queryMinutes) else {
      throw ValidationError("--query-minutes must be from 1 to 100000.")
    }
    if let problem = settings(in: FileManager.default.temporaryDirectory).problem { throw ValidationError(problem) }
  }

  func settings(in spillFolder: URL) -> EngineSettings {
    EngineSettings(
      threads: threads, memoryLimitBytes: memoryMiB << 20, spillFolder: spillFolder, spillLimitBytes: spillMiB << 20,
      timeLimit: .seconds(60 * queryMinutes))
  }
}
