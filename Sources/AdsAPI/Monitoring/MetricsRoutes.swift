import HTTPTypes
import Hummingbird

/// `GET /metrics`, at the operator's own address: see `Endpoint.Role.operator`.
struct MetricsRoutes {
  let figures: ServerFigures

  /// The media type of the text format of Prometheus.
  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  func add(to routes: Routes) {
    routes.operator("metrics") { _ in
      Response(
        status: .ok, headers: [.contentType: Self.mediaType, .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: await figures.text())))
    }
  }
}
