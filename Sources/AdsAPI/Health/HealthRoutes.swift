import Hummingbird
import Metadata

/// `GET /health`: whether the server can do its work, for whatever watches over it. Open to everyone, tells nothing else.
struct HealthRoutes {
  let store: MetadataStore

  private struct Health: Encodable {
    let status: String
  }

  func add(to routes: Routes) {
    routes.public("health") { _ in
      let isReadable = (try? await store.read { try $0.unfinishedJobCount() }) != nil
      return try Response.json(
        Health(status: isReadable ? "ok" : "unavailable"), status: isReadable ? .ok : .serviceUnavailable)
    }
  }
}
