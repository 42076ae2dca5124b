import ArgumentParser
import Foundation
import ObjectStorage
import Synchronization
import Warehouse

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

/// The folder that holds everything of a server.
struct DataFolder {
  let path: String

  private var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

  /// Where signals and results are.
  func storage() throws -> LocalFolderStorage {
    try LocalFolderStorage(root: url.appending(path: "objects"))
  }

  /// What the engine may use in commands: all processors, and half of the memory.
  var engineSettings: EngineSettings {
    let process = ProcessInfo.processInfo
    return EngineSettings(
      threads: min(process.activeProcessorCount, EngineSettings.largestThreadCount),
      memoryLimitBytes: max(Int(process.physicalMemory / 2), EngineSettings.smallestMemoryLimitBytes),
      spillFolder: url.appending(path: "spill"))
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
