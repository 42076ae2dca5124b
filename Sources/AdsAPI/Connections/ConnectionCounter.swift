import Base
import HummingbirdCore
import NIOCore
import Synchronization

/// The number of open connections of each network address.
final class ConnectionCounter: Sendable {
  private let limit: Int
  /// The proxies behind which there are many clients, so that their connections are not counted.
  let proxies: TrustedProxies
  private let counts = Mutex<[String: Int]>([:])

  init(limit: Int, proxies: TrustedProxies) {
    self.limit = limit
    self.proxies = proxies
  }

  /// Counts a connection of the network. Returns false, and counts nothing, if it has as many as it may.
  func open(_ network: String) -> Bool {
    counts.withLock { counts in
      guard counts[network, default: 0] < limit else { return false }
      counts[network, default: 0] += 1
      return true
    }
  }

  func close(_ network: String) {
    counts.withLock { counts in
      let rest = (counts[network] ?? 0) - 1
      counts[network] = rest > 0 ? rest : nil
    }
  }
}

/// Closes a connection whose network address has too many.
final class ConnectionCountHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPConnectionStateHandler.InboundIn

  private let counter: ConnectionCounter
  /// The network that the connection is counted for; nil before it is open and after its end.
  private var network: String?

  init(counter: ConnectionCounter) {
    self.counter = counter
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { open(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    open(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    close()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { close() }

  private func open(_ context: ChannelHandlerContext) {
    guard network == nil, let address = context.channel.remoteAddress?.ipAddress.flatMap({ NetworkAddress($0) }),
      !counter.proxies.contains(address)
    else { return }
    if counter.open(address.network) {
      network = address.network
    } else {
      context.close(promise: nil)
    }
  }

  private func close() {
    if let network { counter.close(network) }
    network = nil
  }
}

@available(*, unavailable)
extension ConnectionCountHandler: Sendable {}
