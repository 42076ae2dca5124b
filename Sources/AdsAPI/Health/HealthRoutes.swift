import Hummingbird
import Metadata

/// `GET /health`: whether the server can do its work, for whatever watches over it. Open to everyone, tells nothing else.
struct HealthRoutes: Sendable {
  let store: MetadataStore

  private struct Answer: Encodable {
    let status: String
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.get("/health") { _, _ in
      let isReadable = (try? await store.read { try $0.unfinishedJobCount() }) != nil
      return try Response.json(
        Answer(status: isReadable ? "ok" : "unavailable"), status: isReadable ? .ok : .serviceUnavailable)
    }
  }
}
