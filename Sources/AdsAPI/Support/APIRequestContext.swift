import Base
package import Hummingbird

/// The context of a request on its way through middlewares and handlers.
package struct APIRequestContext: RequestContext {
  package var coreContext: CoreRequestContextStorage

  /// The origin of the request. Until `RequestOriginMiddleware` has looked at it, it is the other end of the
  /// connection.
  var origin: RequestOrigin
  /// Who the request comes from, for the log.
  let parties = RequestParties()

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    let peer = source.channel.remoteAddress?.ipAddress
    origin = RequestOrigin(client: peer.flatMap { NetworkAddress($0) }, isSecure: false)
  }

  /// Identifies the request in its response and in the log.
  var requestID: String { id }
}
