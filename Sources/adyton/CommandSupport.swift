import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// How commands end when they do not succeed: a text on standard error and the exit code.
enum CommandFailure {
  /// What was asked for cannot be done: exit code 1.
  static func refused(_ text: String) -> ExitCode {
    print(text)
    return ExitCode(1)
  }

  /// The command was called in a way that it does not understand: exit code 2.
  static func usage(_ text: String) -> ExitCode {
    print("error: \(text)")
    return ExitCode(2)
  }

  /// Writes a line to standard error.
  static func print(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}

/// Standard output, line by line: `print` keeps lines back when the output is a file or a pipe.
enum Output {
  static func line(_ text: String) {
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
  }
}

/// A line on standard error that says how far a command is; nothing where that is no terminal.
final class ProgressLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let shown = Mutex("")

  /// Replaces the line.
  func show(_ text: String) {
    guard isTerminal else { return }
    shown.withLock { shown in
      guard shown != text else { return }
      shown = text
      FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }
  }

  /// Removes the line.
  func clear() {
    guard isTerminal else { return }
    shown.withLock { shown in
      shown = ""
      FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
  }
}

/// Cleans up when the person at the keyboard ends a command with Ctrl-C, and ends it then with exit code 130.
final class Interruption {
  private let source: any DispatchSourceSignal

  init(_ cleanUp: @escaping @Sendable () -> Void) {
    signal(SIGINT, SIG_IGN)  // the source sees the signal, and nothing else does
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      cleanUp()
      exit(130)
    }
    source.activate()
  }

  /// Gives Ctrl-C back its usual meaning.
  func stop() {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
