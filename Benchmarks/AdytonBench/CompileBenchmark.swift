import AMCSQL
import ArgumentParser
import Catalog
import Dialects
import Foundation
import Privacy

/// How long the way from text to DuckDB SQL takes for each query of a JSON list of texts.
struct CompileBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "compile")

  @Argument(help: "A file with a JSON array of queries.")
  var file: String

  @Option(help: "How often each query is compiled.")
  var repeats = 20

  func run() throws {
    let texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: file)))
    let context = BindingContext(timeWindow: nil, missingParameters: .noted, now: Date(timeIntervalSince1970: 0))
    let compiler = QueryCompiler()
    _ = Catalogue.standard  // read once, as a server does
    var compiled = 0
    let start = ContinuousClock.now
    for _ in 0..<repeats {
      for text in texts {
        let purpose = text.contains("_for_audiences") ? Purpose.audience(.display) : .measurement
        if (try? compiler.compile(text, for: purpose, in: context)) != nil { compiled += 1 }
      }
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    let perQuery = seconds / Double(max(1, texts.count * repeats))
    print(#"{"queries": \#(texts.count), "compiled": \#(compiled / repeats), "secondsPerQuery": \#(perQuery)}"#)
  }
}
