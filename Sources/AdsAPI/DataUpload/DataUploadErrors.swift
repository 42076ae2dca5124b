/// The error body of the data upload API, as the published API has it.
struct DataUploadErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
    let errors: [String]
    let requestId: String
  }

  let mediaType: String

  init(_ mediaType: DataUploadMediaType) {
    self.mediaType = mediaType.rawValue
  }

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(
      code: String(failure.status.code), details: failure.details, errors: [failure.details], requestId: requestID)
  }
}
