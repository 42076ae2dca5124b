import Dispatch
import Foundation

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
