import ArgumentParser
import Warehouse

/// The parts of `make bench` that run inside the program's own code. `Benchmarks/bench.py` calls them and puts the
/// numbers side by side.
@main
struct AdytonBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adyton-bench", abstract: "Measure parts of Adyton.",
    subcommands: [
      CompileBenchmark.self, AudienceBenchmark.self, ProtectionBenchmark.self, UploadBenchmark.self,
      RecordsBenchmark.self, LookalikeBenchmark.self, VerificationBenchmark.self, NoiseBenchmark.self,
      UtilityBenchmark.self, WorkerBenchmark.self,
    ])

  /// On the main actor: a worker has to shut itself in before there is a second thread.
  @MainActor static func main() async {
    EngineWorker.runIfAsked()
    await main(nil)
  }
}
