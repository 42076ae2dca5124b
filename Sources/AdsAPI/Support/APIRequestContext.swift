package import Hummingbird

/// The context of a request on its way through middlewares and handlers.
package struct APIRequestContext: RequestContext {
  package var coreContext: CoreRequestContextStorage

  /// The network address of the client, by which limits count: that at the other end of the connection, unless
  /// something before the handlers knows better. Nil if there is none.
  package var clientAddress: ClientAddress?

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    clientAddress = source.channel.remoteAddress?.ipAddress.flatMap(ClientAddress.init)
  }

  /// Identifies the request in its response and in the log.
  var requestID: String { id }
}
