import Base
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOEmbedded
import Testing

@testable import AdsAPI

/// Clients that take their time, on a channel whose time the test moves.
@Suite struct SlowRequestTests {
  private typealias Part = HTTPConnectionStateHandler.InboundIn

  private static let head = Part.head(
    HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/auth/o2/token"))

  /// An open channel that waits for a request.
  private func channel() throws -> EmbeddedChannel {
    var limits = ConnectionLimits()
    limits.headSeconds = 20
    limits.bodySeconds = 30
    limits.bodyBytesPerSecond = 100
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(SlowRequestHandler(limits: limits))
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
    channel.read()
    return channel
  }

  private func send(_ byteCount: Int, to channel: EmbeddedChannel) throws {
    try channel.writeInbound(Part.body(ByteBuffer(repeating: 0x61, count: byteCount)))
    channel.read()
  }

  private func isOpen(_ channel: EmbeddedChannel, after time: TimeAmount) -> Bool {
    channel.embeddedEventLoop.advanceTime(by: time)
    return channel.isActive
  }

  @Test func aConnectionThatSendsNoHeadIsClosed() throws {
    let channel = try channel()
    #expect(isOpen(channel, after: .seconds(19)))
    #expect(!isOpen(channel, after: .seconds(1)))
  }

  @Test func aBodyThatDripsIsClosed() throws {
    let channel = try channel()
    try channel.writeInbound(Self.head)
    channel.read()
    for _ in 1...3 {
      try send(1, to: channel)
      #expect(isOpen(channel, after: .seconds(9)))
    }
    try send(1, to: channel)
    #expect(!isOpen(channel, after: .seconds(9)))
  }

  @Test func aLongBodyAtTheRateStaysOpen() throws {
    let channel = try channel()
    try channel.writeInbound(Self.head)
    channel.read()
    for _ in 1...600 {
      try send(100, to: channel)
      #expect(isOpen(channel, after: .seconds(1)))
    }
    // What came fast is credit, and ends at some time.
    try send(1_000, to: channel)
    #expect(isOpen(channel, after: .seconds(39)))
    #expect(!isOpen(channel, after: .seconds(10)))
  }

  @Test func theServersOwnTimeDoesNotCount() throws {
    let channel = try channel()
    try channel.writeInbound(Self.head)
    // Nobody has asked for more.
    #expect(isOpen(channel, after: .hours(1)))
    channel.read()
    #expect(isOpen(channel, after: .seconds(29)))
    #expect(!isOpen(channel, after: .seconds(2)))
  }

  @Test func betweenRequestsTheIdleTimeoutCountsAlone() throws {
    let channel = try channel()
    try channel.writeInbound(Self.head)
    channel.read()
    try send(1, to: channel)
    try channel.writeInbound(Part.end(nil))
    channel.read()
    #expect(isOpen(channel, after: .hours(1)))
    try channel.writeInbound(Self.head)
    channel.read()
    #expect(!isOpen(channel, after: .seconds(31)))
  }

  @Test func aBodyWithoutEndIsClosed() throws {
    let channel = try channel()
    try channel.writeInbound(Self.head)
    channel.read()
    let piece = 16 << 20
    for _ in 0..<ConnectionLimits.largestBodyBytes / piece { try send(piece, to: channel) }
    #expect(channel.isActive)
    try send(1, to: channel)
    #expect(!channel.isActive)
  }

  // MARK: Numbers of connections

  @Test func anAddressHasAsManyConnectionsAsItMay() throws {
    let counter = ConnectionCounter(limit: 2, proxies: TrustedProxies())
    func open(_ address: String) throws -> EmbeddedChannel {
      let channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandler(ConnectionCountHandler(counter: counter))
      try channel.connect(to: SocketAddress(ipAddress: address, port: 7)).wait()
      return channel
    }
    // Others are not concerned, but all of one subscriber's IPv6 addresses are one.
    let channels = try [
      "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8::3",
    ]
    .map(open)
    #expect(channels.map(\.isActive) == [true, true, false, true, true, true, false])
    try channels[0].close().wait()
    #expect(try open("192.0.2.1").isActive)
    #expect(try !open("192.0.2.1").isActive)
  }

  @Test func aTrustedProxyHasAnyNumberOfConnections() throws {
    let proxies = TrustedProxies([try #require(NetworkRange("192.0.2.0/24"))])
    let counter = ConnectionCounter(limit: 1, proxies: proxies)
    for _ in 1...3 {
      let channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandler(ConnectionCountHandler(counter: counter))
      try channel.connect(to: SocketAddress(ipAddress: "192.0.2.9", port: 7)).wait()
      #expect(channel.isActive)
    }
  }

  @Test func connectionsLeaveFilesForOthers() {
    var limits = ConnectionLimits()
    limits.connections = 1_000
    limits.connectionsPerAddress = 500
    #expect(limits.fitting(openFileLimit: 65_536) == limits)
    #expect(limits.fitting(openFileLimit: 128).connections == 64)
    #expect(limits.fitting(openFileLimit: 128).connectionsPerAddress == 64)
    #expect(limits.fitting(openFileLimit: 1).connections == 1)
  }
}
