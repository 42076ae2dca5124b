import Hummingbird
import Metadata

/// `GET /health`: whether the server can do its work, for monitoring. It is public, and reveals nothing else.
struct HealthRoutes {
  let store: MetadataStore

  func add(to routes: Routes) {
    routes.public("health") { _ in
      let isReadable = (try? await store.read { try $0.unfinishedJobCount() }) != nil
      return try Response.json(
        ["status": isReadable ? "ok" : "unavailable"], status: isReadable ? .ok : .serviceUnavailable)
    }
  }
}
