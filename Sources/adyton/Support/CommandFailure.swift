import ArgumentParser
import Foundation

/// The ends of commands that do not succeed: a text on standard error, and the exit code.
enum CommandFailure {
  /// The request cannot be carried out: exit code 1.
  static func refused(_ text: String) -> ExitCode {
    print(text)
    return ExitCode(1)
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
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
