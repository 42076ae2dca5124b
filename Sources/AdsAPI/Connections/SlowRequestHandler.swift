import HummingbirdCore
import NIOCore

/// Closes a connection whose client takes too long to send a request: the head of the first one, or a body.
///
/// Later heads are a matter of the idle timeout, which whole parts of requests alone put off. A body may take any time
/// as long as its bytes come at the least rate. Time in which the server does not want more bytes does not count.
final class SlowRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPConnectionStateHandler.InboundIn
  typealias InboundOut = HTTPConnectionStateHandler.InboundOut
  typealias OutboundIn = HTTPConnectionStateHandler.OutboundIn
  typealias OutboundOut = HTTPConnectionStateHandler.OutboundOut

  private enum State {
    /// Before the head of the first request.
    case firstHead
    /// The bytes of the body so far, and the time that the server has waited for them.
    case body(byteCount: Int, waited: TimeAmount)
    /// Between requests.
    case betweenRequests
  }

  private let limits: ConnectionLimits
  private var state = State.firstHead
  /// Since when the server wants bytes that are not there; nil while it wants none.
  private var waitsSince: NIODeadline?
  private var timer: Scheduled<Void>?

  init(limits: ConnectionLimits) {
    self.limits = limits
  }

  // MARK: Events

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { awaitHead(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    awaitHead(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopTimer()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stopTimer() }

  func read(context: ChannelHandlerContext) {
    if waitsSince == nil { waitsSince = context.eventLoop.now }
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let waited = waitsSince.map { context.eventLoop.now - $0 } ?? .zero
    waitsSince = nil
    switch unwrapInboundIn(data) {
    case .head: begin(context)
    case .body(let bytes):
      if take(bytes.readableBytes, after: waited) {
        context.close(promise: nil)
        return
      }
    case .end:
      stopTimer()
      state = .betweenRequests
    }
    context.fireChannelRead(data)
  }

  // MARK: Time

  private func awaitHead(_ context: ChannelHandlerContext) {
    guard case .firstHead = state, timer == nil else { return }
    schedule(in: .seconds(Int64(limits.headSeconds)), context)
  }

  private func begin(_ context: ChannelHandlerContext) {
    stopTimer()
    state = .body(byteCount: 0, waited: .zero)
    schedule(in: .seconds(Int64(limits.bodySeconds)), context)
  }

  /// Counts bytes of a body. Returns whether there are too many.
  private func take(_ byteCount: Int, after time: TimeAmount) -> Bool {
    guard case .body(let earlier, let waited) = state else { return false }
    state = .body(byteCount: earlier + byteCount, waited: waited + time)
    return earlier + byteCount > ConnectionLimits.largestBodyBytes
  }

  private func schedule(in time: TimeAmount, _ context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.lookAtTime(context) }
  }

  private func lookAtTime(_ context: ChannelHandlerContext) {
    timer = nil
    switch state {
    case .betweenRequests: break
    case .firstHead: context.close(promise: nil)
    case .body(let byteCount, let waited):
      let present = waitsSince.map { context.eventLoop.now - $0 } ?? .zero
      let left = allowance(for: byteCount) - (waited + present)
      if left > .zero {
        schedule(in: max(left, Self.shortestTimer), context)
      } else {
        context.close(promise: nil)
      }
    }
  }

  /// The time that the bytes of a body may be waited for.
  private func allowance(for byteCount: Int) -> TimeAmount {
    .seconds(Int64(limits.bodySeconds)) + .milliseconds(Int64(byteCount) * 1_000 / Int64(limits.bodyBytesPerSecond))
  }

  private static let shortestTimer = TimeAmount.seconds(1)

  private func stopTimer() {
    timer?.cancel()
    timer = nil
  }
}

@available(*, unavailable)
extension SlowRequestHandler: Sendable {}
