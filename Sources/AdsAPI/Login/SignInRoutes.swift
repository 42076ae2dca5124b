import CleanRoom
import Hummingbird
import Login

/// Where people come in: consent, one-time links and invitations.
struct SignInRoutes: Sendable {
  let consent: ConsentRoutes
  let links: LinkRoutes
  let invitations: InvitationRoutes

  init(
    _ dependencies: ServerComponents.Dependencies, gate: Gate, instances: InstanceService, pageTokens: PageTokens
  ) async throws {
    let store = dependencies.store
    let signIn = SignIn(
      store: store, passwords: PasswordHasher(cost: dependencies.passwordCost, secrets: dependencies.secrets))
    let regions = gate.regions
    consent = ConsentRoutes(
      consent: ConsentService(store: store, secrets: dependencies.secrets), signIn: signIn,
      forms: SealedForms(key: try await ServerComponents.serverKey(.forms, dependencies)), regions: regions,
      secrets: dependencies.secrets,
      isSecure: dependencies.apiSettings.publicURL?.lowercased().hasPrefix("https:") ?? false,
      clock: dependencies.clock)
    links = LinkRoutes(
      links: LinkService(store: store, signIn: signIn), regions: regions, clock: dependencies.clock)
    invitations = InvitationRoutes(
      gate: gate, instances: instances,
      invitations: InvitationService(store: store, secrets: dependencies.secrets), pageTokens: pageTokens,
      clock: dependencies.clock)
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    consent.add(to: router)
    links.add(to: router)
    invitations.add(to: router)
  }
}
