import Base
import CleanRoom
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Measurement
import ObjectStorage

/// The files of results: `/downloads/{workflowExecutionId}/{fileName}`. The signature is the permission; no token is
/// needed.
///
/// If the storage has its own signed URLs, as S3 has, clients get those, and these routes are not needed.
struct DownloadRoutes {
  let executions: ExecutionService
  let objects: any ObjectStorage
  let signer: DownloadSigner
  let publicURLs: PublicURLs
  let clock: any WallClock
  /// The simulation of the server, which may shorten the lifetime of URLs.
  let simulation: SimulationService?

  private var lifetimeSeconds: Int {
    simulation?.simulation.downloadURLLifetimeSeconds ?? DownloadSigner.lifetimeSeconds
  }

  func add(to routes: Routes) {
    routes.public("downloadReport") { request in
      let id = request.path("workflowExecutionId")
      let name = request.path("fileName")
      try signer.verify(
        Self.path(id, name), expires: try request.query.string("expires"),
        signature: try request.query.string("signature"), at: clock.now)
      let file = try await executions.file(named: name, executionID: id)
      return Response(
        status: .ok,
        headers: [
          .contentType: ObjectMediaType.name(of: name), .cacheControl: "private, no-store",
          .contentDisposition: "attachment; filename=\"\(NameShape.accepts(name) ? name : "report")\"",
        ], body: Self.body(of: file))
    }
  }

  /// Signed URLs of objects of a result.
  func urls(of keys: [String], executionID: String, for request: some IncomingRequest) throws -> [String] {
    let base = publicURLs.base(for: request)
    return try keys.map { key in
      let name = ReportFile.name(ofKey: key)
      // Services sign for a second at least.
      let url = try objects.presignedURL(for: ObjectKey(key), fileName: name, seconds: max(1, lifetimeSeconds))
      let path = Self.path(executionID, name)
      return url?.absoluteString ?? base + signer.signedPath(path, at: clock.now, lifetimeSeconds: lifetimeSeconds)
    }
  }

  private static func path(_ executionID: String, _ name: String) -> String {
    "/downloads/\(executionID)/\(name)"
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

/// Signs paths of this server. Anyone with the URL can read the result for a while, and nothing else.
struct DownloadSigner: Sendable {
  /// The lifetime of a URL in seconds, as at AMC.
  static let lifetimeSeconds = 600

  private let keys: ServerKeyRing

  init(keys: ServerKeyRing) {
    self.keys = keys
  }

  /// The path with the time when it expires and a signature over both.
  func signedPath(_ path: String, at now: Date, lifetimeSeconds: Int = Self.lifetimeSeconds) -> String {
    let expires = Int64(now.timeIntervalSince1970.rounded(.down)) + Int64(lifetimeSeconds)
    let signature = HMAC<SHA256>.authenticationCode(for: message(path, expires), using: keys.present)
    return "\(path)?expires=\(expires)&signature=\(Hexadecimal.text(of: signature))"
  }

  /// Checks that the path was signed by this server and has not expired.
  ///
  /// - Throws: `RequestError.invalidSignature`, `RequestError.expiredSignature`.
  func verify(_ path: String, expires: String?, signature: String?, at now: Date) throws(RequestError) {
    guard let expires = expires.flatMap({ Int64($0) }), let code = signature.flatMap({ Hexadecimal.bytes(of: $0) }),
      keys.valid.contains(where: { key in
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(path, expires), using: key)
      })
    else { throw .invalidSignature }
    guard now.timeIntervalSince1970 < Double(expires) else { throw .expiredSignature }
  }

  private func message(_ path: String, _ expires: Int64) -> Data {
    Data("GET\n\(path)\n\(expires)".utf8)
  }
}
