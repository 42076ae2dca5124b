package import Hummingbird

/// The context of a request on its way through middlewares and handlers.
package struct APIRequestContext: RequestContext {
  package var coreContext: CoreRequestContextStorage

  /// The network address at the other end of the connection; nil where there is none.
  let remoteAddress: String?

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }

  /// Identifies the request in its response and in the log.
  var requestID: String { id }
}
