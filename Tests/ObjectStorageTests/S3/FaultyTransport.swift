import Foundation
import Synchronization

@testable import ObjectStorage

/// A transport that loses or replaces some messages, as a network and a busy service do.
final class FaultyTransport: S3Transport {
  enum Fate: Sendable {
    case passOn
    /// The message goes to another URL.
    case passOnTo(String)
    /// The message gets this response without being sent.
    case answer(Int, String)
    /// The message never arrives.
    case lost
    /// The message arrives, but its response does not.
    case answerLost
  }

  struct ConnectionLost: Error {}

  private let fate: @Sendable (S3Message) -> Fate
  private let counter = Mutex(0)

  init(_ fate: @escaping @Sendable (S3Message) -> Fate) {
    self.fate = fate
  }

  /// Fates for the first messages, in order. The others are passed on.
  convenience init(_ fates: [Fate]) {
    let left = Mutex(fates)
    self.init { _ in left.withLock { $0.isEmpty ? .passOn : $0.removeFirst() } }
  }

  /// The number of messages.
  var messageCount: Int { counter.withLock { $0 } }

  func send(_ message: S3Message) async throws -> S3Response {
    counter.withLock { $0 += 1 }
    switch fate(message) {
    case .passOn: return try await HTTPTransport().send(message)
    case .passOnTo(let url):
      var message = message
      message.url = url
      return try await HTTPTransport().send(message)
    case .answer(let status, let body): return S3Response(status: status, headers: [:], body: Data(body.utf8))
    case .lost: throw ConnectionLost()
    case .answerLost:
      _ = try await HTTPTransport().send(message)
      throw ConnectionLost()
    }
  }
}
