import Hummingbird
import Metadata

/// `GET /health`: whether the server is alive. `GET /ready`: whether it can do its work. Both are public, for
/// monitoring, and reveal nothing else.
struct HealthRoutes {
  let store: MetadataStore
  let readiness: Readiness

  func add(to routes: Routes) {
    routes.public("health") { _ in
      let isReadable = (try? await store.read { try $0.unfinishedJobCount() }) != nil
      return try Response.json(
        ["status": isReadable ? "ok" : "unavailable"], status: isReadable ? .ok : .serviceUnavailable)
    }
    routes.public("ready") { _ in
      let report = await readiness.report()
      return try Response.json(
        ReadyResponse(status: report.isReady ? "ready" : "unavailable", checks: report.checks),
        status: report.isReady ? .ok : .serviceUnavailable)
    }
  }

  private struct ReadyResponse: Encodable {
    var status: String
    /// `ok`, or the code of the failure, by the name of the check.
    var checks: [String: String]
  }
}
