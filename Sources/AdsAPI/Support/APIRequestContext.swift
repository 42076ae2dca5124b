package import Hummingbird

/// What travels with a request.
package struct APIRequestContext: RequestContext {
  package var coreContext: CoreRequestContextStorage

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
  }

  /// Identifies the request in its answer and in the log.
  var requestID: String { id }
}
