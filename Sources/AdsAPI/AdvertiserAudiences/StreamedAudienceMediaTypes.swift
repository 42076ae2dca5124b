/// The media type of audiences whose members clients send.
enum StreamedAudienceMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcaudiences.v1+json"
}

/// Their error body. The request's id is in the header `x-amzn-RequestId`.
struct StreamedAudienceErrors: ErrorBodies {
  struct Body: Encodable {
    let message: String
  }

  let mediaType = StreamedAudienceMediaType.v1.rawValue

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(message: failure.details)
  }
}
