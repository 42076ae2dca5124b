import ArgumentParser

/// The parts of `make bench` that run inside the program's own code. `Benchmarks/bench.py` calls them and puts the
/// numbers side by side.
@main
struct AdytonBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adyton-bench", abstract: "Measure parts of Adyton.",
    subcommands: [
      CompileBenchmark.self, AudienceBenchmark.self, ProtectionBenchmark.self, UploadBenchmark.self,
      RecordsBenchmark.self, LookalikeBenchmark.self, VerificationBenchmark.self, NoiseBenchmark.self,
      UtilityBenchmark.self,
    ])
}
