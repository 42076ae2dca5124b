import AdvertiserData
import Base
import CleanRoom
import Hummingbird

/// The terms of bringing data: `/amc/audiences/connections/terms`.
struct TermsRoutes {
  let terms: TermsService

  func add(to routes: Routes) {
    routes.caller("getTerms") { request in
      try request.respond(object: Self.shown(try await terms.terms(clientID: request.principal.clientID)))
    }
    routes.caller("setTermsAcceptance") { request in
      var fields = try await request.fields()
      let token = try fields.requiredString("agreementToken")
      guard let hasAccepted = try fields.boolean("hasAccepted") else {
        throw RequestError.missingField("hasAccepted")
      }
      try fields.finish()
      try await terms.setAcceptance(
        hasAccepted, agreementToken: token, clientID: request.principal.clientID,
        by: request.principal.administrator)
      return Response(status: .noContent)
    }
  }

  /// The terms, with their text until they are accepted.
  private static func shown(_ terms: TermsService.Terms) -> JSONObject {
    [
      "agreementContent": terms.hasAccepted ? nil : terms.content,
      "agreementToken": terms.hasAccepted ? nil : terms.agreementToken,
      "hasAccepted": terms.hasAccepted,
    ]
  }
}
