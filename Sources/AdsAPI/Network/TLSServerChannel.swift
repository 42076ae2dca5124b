import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import NIOTLS
import Synchronization

/// Connections over TLS: HTTP/2 with clients that know it, else HTTP/1.1.
final class TLSServerChannel: ServerChildChannel {
  typealias Value = HTTP2UpgradeChannel.Value

  private let certificate: TLSCertificate
  private let counter: ConnectionCounter
  private let make: @Sendable (TLSConfiguration) throws -> HTTP2UpgradeChannel
  private let latest: Mutex<(generation: Int, channel: HTTP2UpgradeChannel)>

  /// - Parameters:
  ///   - counter: Counts connections. Requests that share one over HTTP/2 count once.
  ///   - make: Makes the channel that speaks HTTP with a certificate.
  init(
    _ certificate: TLSCertificate, counter: ConnectionCounter,
    make: @escaping @Sendable (TLSConfiguration) throws -> HTTP2UpgradeChannel
  ) throws {
    (self.certificate, self.counter, self.make) = (certificate, counter, make)
    let loaded = certificate.loaded
    latest = Mutex((loaded.generation, try make(loaded.configuration)))
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeFutureWithTask { try await self.current() }.flatMap { current in
      let value = current.setup(channel: channel, logger: logger)
      do {
        let pipeline = channel.pipeline.syncOperations
        let limit = HandshakeLimit(TimeAmount(self.certificate.handshakeLimit))
        try pipeline.addHandler(limit, position: .after(pipeline.handler(type: NIOSSLServerHandler.self)))
        try pipeline.addHandler(ConnectionCountHandler(counter: self.counter), position: .first)
      } catch {
        return channel.eventLoop.makeFailedFuture(error)
      }
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    // A value goes to the handlers that its own channel has set up; the certificate plays no part in that any more.
    await latest.withLock { $0.channel }.handle(value: value, logger: logger)
  }

  private func current() async throws -> HTTP2UpgradeChannel {
    let loaded = await certificate.current()
    return try latest.withLock { latest in
      if loaded.generation > latest.generation { latest = (loaded.generation, try make(loaded.configuration)) }
      return latest.channel
    }
  }
}

/// Closes a connection whose handshake takes too long: a client that says nothing would keep it for ever.
private final class HandshakeLimit: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny
  typealias InboundOut = NIOAny

  private let limit: TimeAmount
  private var timer: Scheduled<Void>?

  init(_ limit: TimeAmount) { self.limit = limit }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent { timer?.cancel() }
    context.fireUserInboundEventTriggered(event)
  }
}

extension HTTPServerBuilder {
  /// The server's connections: plain HTTP/1.1, or TLS.
  static func connections(
    _ limits: ConnectionLimits, counter: ConnectionCounter, tls: TLSCertificate?
  ) -> HTTPServerBuilder {
    let idle = Int64(limits.idleSeconds)
    guard let tls else {
      return .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionCountHandler(counter: counter), SlowRequestHandler(limits: limits)],
          idleTimeout: .seconds(idle)))
    }
    return HTTPServerBuilder { responder in
      try TLSServerChannel(tls, counter: counter) { tlsConfiguration in
        try HTTP2UpgradeChannel(
          tlsConfiguration: tlsConfiguration,
          configuration: .init(
            idleTimeout: .seconds(idle), gracefulCloseTimeout: .seconds(idle),
            streamConfiguration: .init(
              additionalChannelHandlers: [SlowRequestHandler(limits: limits)], idleTimeout: .seconds(idle))),
          responder: responder)
      }
    }
  }
}
