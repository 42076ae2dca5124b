import Measurement
import CleanRoom
import HTTPTypes
import Hummingbird
import ObjectStorage

/// The files of results: `/downloads/{workflowExecutionId}/{fileName}`. The signature is the permission: no token is asked for.
///
/// Where the storage has signed addresses of its own, as S3 has, those are given out, and these routes are not needed.
struct DownloadRoutes: Sendable {
  let executions: ExecutionService
  let objects: any ObjectStorage
  let signer: DownloadSigner
  let publicAddresses: PublicAddresses
  let clock: any WallClock

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/downloads/{workflowExecutionId}/{fileName}")
      .add(middleware: ErrorMiddleware(bodies: GeneralErrors()))
      .get { request, context in try await self.download(request, context) }
  }

  /// Signed addresses of objects of a result.
  func addresses(of keys: [String], executionID: String, for request: Request) throws -> [String] {
    let base = publicAddresses.base(for: request)
    return try keys.map { key in
      let name = ReportFile.name(ofKey: key)
      let address = try objects.presignedURL(
        for: ObjectKey(key), fileName: name, seconds: DownloadSigner.lifetimeSeconds)
      if let address { return address.absoluteString }
      return base + signer.signedPath(Self.path(executionID, name), at: clock.now)
    }
  }

  private func download(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = context.pathParameter("workflowExecutionId")
    let name = context.pathParameter("fileName")
    let parameters = QueryParameters(request)
    try signer.verify(
      Self.path(id, name), expires: try parameters.string("expires"),
      signature: try parameters.string("signature"), at: clock.now)
    let file = try await executions.file(named: name, executionID: id)
    return Response(
      status: .ok,
      headers: [
        .contentType: Self.contentType(of: name), .cacheControl: "private, no-store",
        .contentDisposition: "attachment; filename=\"\(NameShape.accepts(name) ? name : "report")\"",
      ], body: Self.body(of: file))
  }

  private static func path(_ executionID: String, _ name: String) -> String {
    "/downloads/\(executionID)/\(name)"
  }

  private static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "csv": "text/csv; charset=utf-8"
    case "parquet": "application/vnd.apache.parquet"
    case "json": "application/json"
    default: "application/octet-stream"
    }
  }

  private static func body(of file: ReportFile) -> ResponseBody {
    ResponseBody(contentLength: file.byteCount) { writer in
      for offset in file.offsets {
        try await writer.write(ByteBuffer(bytes: try await file.piece(at: offset)))
      }
      try await writer.finish(nil)
    }
  }
}
