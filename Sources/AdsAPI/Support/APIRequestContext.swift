package import Hummingbird

/// What travels with a request.
package struct APIRequestContext: RequestContext {
  package var coreContext: CoreRequestContextStorage

  /// The network address at the other end of the connection; nil where there is none.
  let remoteAddress: String?

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }

  /// Identifies the request in its answer and in the log.
  var requestID: String { id }
}
