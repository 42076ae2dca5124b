import Base
package import Foundation
package import Logging
import NIOSSL
import Synchronization

/// The certificate of a server. The files are looked at whenever a client connects, so a renewed certificate is used
/// from the next connection on. Open connections go on with the one that they began with.
///
/// Files that can't be used, such as a certificate whose key is not written yet, change nothing: the last good ones
/// stay in use, and the log says why.
package final class TLSCertificate: Sendable {
  /// A certificate that is in use.
  struct Loaded: Sendable {
    /// Different for each certificate.
    var generation: Int
    var configuration: TLSConfiguration
    var expiresAt: Date
    fileprivate var marks: TLSFiles.Marks
  }

  /// The time that a client has for the handshake.
  let handshakeLimit: Duration
  private let files: TLSFiles
  private let logger: Logger
  private let state: Mutex<Loaded>

  /// Reads the files.
  ///
  /// - Throws: `TLSFileError`.
  package init(_ files: TLSFiles, handshakeLimit: Duration = .seconds(10), logger: Logger) throws {
    (self.files, self.handshakeLimit, self.logger) = (files, handshakeLimit, logger)
    let marks = TLSFiles.Marks(files)
    let (configuration, expiresAt) = try files.load()
    state = Mutex(Loaded(generation: 0, configuration: configuration, expiresAt: expiresAt, marks: marks))
    if expiresAt < Date() { logger.warning("The certificate has run out.") }
  }

  /// The certificate for the next connection.
  func current() async -> Loaded { await BlockingWork.run { self.reloaded() } }

  /// The certificate that was loaded last.
  var loaded: Loaded { state.withLock { $0 } }

  /// The time at which the certificate in use runs out.
  package var expiresAt: Date { state.withLock { $0.expiresAt } }

  private func reloaded() -> Loaded {
    // Before the files are read: whatever is written meanwhile shows at the next look.
    let marks = TLSFiles.Marks(files)
    let last = state.withLock { $0 }
    guard marks != last.marks else { return last }
    do {
      let (configuration, expiresAt) = try files.load()
      logger.info("Certificate reloaded.")
      return state.withLock { state in
        state = Loaded(
          generation: state.generation + 1, configuration: configuration, expiresAt: expiresAt, marks: marks)
        return state
      }
    } catch {
      logger.error("Certificate not reloaded.", metadata: ["error": "\(error.logDescription)"])
      return state.withLock { state in
        state.marks = marks
        return state
      }
    }
  }
}
