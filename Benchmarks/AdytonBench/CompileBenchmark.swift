import AMCSQL
import ArgumentParser
import Catalog
import Dialects
import Foundation
import Privacy

/// The time from text to DuckDB SQL for each query of a JSON list of texts.
struct CompileBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "compile")

  @Argument(help: "A file with a JSON array of queries.")
  var file: String

  @Option(help: "How often each query is compiled.")
  var repeats = 20

  func run() async throws {
    let texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: file)))
    let context = BindingContext(timeWindow: nil, missingParameters: .noted, now: Date(timeIntervalSince1970: 0))
    let compiler = QueryCompiler()
    _ = Catalogue.standard  // read once, as a server does
    let queries = texts.map { text in
      (text: text, purpose: text.contains("_for_audiences") ? Purpose.audience(.display) : .measurement)
    }
    var compiled = 0
    let start = ContinuousClock.now
    for _ in 0..<repeats {
      for query in queries {
        if (try? await compiler.compile(query.text, for: query.purpose, in: context)) != nil { compiled += 1 }
      }
    }
    let count = Double(max(1, texts.count * repeats))
    let perQuery = start.duration(to: .now) / .seconds(1) / count
    let parseStart = ContinuousClock.now
    for _ in 0..<repeats {
      for query in queries { _ = try? Parser.parse(query.text) }
    }
    let perParse = parseStart.duration(to: .now) / .seconds(1) / count
    print(
      #"{"queries": \#(texts.count), "compiled": \#(compiled / repeats), "secondsPerQuery": \#(perQuery), "#
        + #""secondsPerParse": \#(perParse)}"#)
  }
}
