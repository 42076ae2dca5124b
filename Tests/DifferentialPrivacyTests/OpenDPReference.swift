import Foundation

/// Answers of OpenDP, which `scripts/opendp` installs.
struct OpenDPReference: Decodable, Sendable {
  var epsilons: [Double]
  var losses: [Double]
  var samples: [[Int]]
  var choices: [[Int]]
  /// Of each question, the number of keys that appear, and the stated δ.
  var selections: [[Double]]

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Once, whichever test is the first.
  private static let installation = Result {
    let script = try Process.run(root.appending(path: "scripts/opendp"), arguments: [])
    script.waitUntilExit()
    guard script.terminationStatus == 0 else { throw Failure(description: "scripts/opendp failed") }
  }

  /// The answers to questions, which `opendp_reference.py` describes.
  static func answers(to questions: String) throws -> OpenDPReference {
    try installation.get()
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = root.appending(path: ".deps/opendp/bin/python")
    process.arguments = [
      root.appending(path: "Tests/DifferentialPrivacyTests/opendp_reference.py").path(percentEncoded: false)
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(questions.utf8))
    try input.fileHandleForWriting.close()
    let answers = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: "opendp_reference.py failed") }
    return try JSONDecoder().decode(OpenDPReference.self, from: answers)
  }
}
