import AdvertiserData
import CleanRoom
import HTTPTypes
import Hummingbird

/// The terms of bringing data: `/amc/audiences/connections/terms`.
struct TermsRoutes: Sendable {
  let gate: Gate
  let terms: TermsService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/audiences/connections/terms").add(middleware: ErrorMiddleware(bodies: AccountErrors()))
      .get { request, _ in try await self.show(request) }
      .patch { request, _ in try await self.accept(request) }
  }

  /// What the terms are answered with: the text until it is accepted.
  private struct Terms: Encodable {
    let agreementContent: String?
    let agreementToken: String?
    let hasAccepted: Bool

    init(_ terms: TermsService.Terms) {
      agreementContent = terms.hasAccepted ? nil : terms.content
      agreementToken = terms.hasAccepted ? nil : terms.agreementToken
      hasAccepted = terms.hasAccepted
    }
  }

  private func show(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .getTerms)
    let choice = try MediaTypes<AccountMediaType>(newest: .v1).choose(for: request.headers[.accept], preferred: .v1)
    return try Response.json(
      Terms(try await terms.terms(clientID: caller.clientID)), mediaType: choice.mediaType)
  }

  private func accept(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .setTermsAcceptance)
    var fields = FieldReader(try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let token = try fields.requiredString("agreementToken")
    guard let hasAccepted = try fields.boolean("hasAccepted") else { throw RequestError.missingField("hasAccepted") }
    try fields.finish()
    try await terms.setAcceptance(
      hasAccepted, agreementToken: token, clientID: caller.clientID, by: caller.principal.administrator)
    return Response(status: .noContent)
  }
}
