import ArgumentParser
import Foundation
import Sandbox
import Warehouse

/// The ends of commands that do not succeed: a text on standard error, and the exit code.
enum CommandFailure {
  /// The request cannot be carried out: exit code 1.
  static func refused(_ text: String) -> ExitCode {
    print(text)
    return ExitCode(1)
  }

  /// Runs `work`. What it refuses ends the command, with the text in place of the progress.
  static func refusing<Value>(_ line: ProgressLine? = nil, _ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch {
      line?.clear()
      switch error {
      case let refusal as LoadRefusal: throw refused(refusal.textForShell)
      case let refusal as InvalidSandboxSettings: throw refused(refusal.message)
      case let refusal as any CustomStringConvertible & Error where !(error is ExitCode): throw refused("\(refusal)")
      default: throw error
      }
    }
  }

  /// The command line is wrong: exit code 2.
  static func usage(_ text: String) -> ExitCode {
    print("error: \(text)")
    return ExitCode(2)
  }

  /// A file that the command line names can't be used: exit code 2.
  static func unreadable(_ location: String, _ problem: String) -> ExitCode {
    print("\(location): \(problem)")
    return ExitCode(2)
  }

  /// Writes a line to standard error.
  static func print(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(text)\n".utf8))
  }
}
