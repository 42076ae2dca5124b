import Activation
import Base
import CleanRoom
import Foundation
import Login
import Metadata
import ObjectStorage
import Queries

extension ServerComponents {
  /// Gives every operation of the server its handler.
  ///
  /// - Throws: `TabSeparatedTableError` for a damaged table, `Routes.Mismatch` if table and handlers do not match.
  func answeredOperations(_ dependencies: Dependencies) async throws -> AnsweredOperations {
    let endpoints = try EndpointTable.load()
    let keys = keyRunner.work
    let clock = dependencies.clock
    let limits = dependencies.apiSettings.limitsRates ? endpoints.compactMapValues(\.rateLimit) : [:]
    var authorizer = Authorizer(
      login: login, instances: instances, directory: ProfileDirectory(store: store), terms: terms,
      regions: Regions(configured: dependencies.apiSettings.region),
      limiter: RateLimiter(limits: limits, clock: clock), pageTokens: PageTokens(keys: keys.pages), clock: clock)
    authorizer.simulation = dependencies.simulation
    let publicURLs = PublicURLs(configured: dependencies.apiSettings.publicURL)
    let downloads = DownloadRoutes(
      executions: executions, objects: dependencies.objects, signer: DownloadSigner(keys: keys.downloads),
      publicURLs: publicURLs, clock: clock, simulation: dependencies.simulation)

    let routes = Routes(endpoints, authorizer: authorizer)
    addSignIn(
      to: routes, forms: SealedForms(keys: keys.forms), authorizer, publicURLs: publicURLs, dependencies)
    addAdministration(to: routes, publicURLs: publicURLs, dependencies)
    addReporting(to: routes, downloads: downloads, clock: clock)
    addAdvertiserData(to: routes, bucketAccount: dependencies.bucketAccount)
    addActivation(to: routes, directory: authorizer.directory, dependencies)
    AudienceRoutes(audiences: audiences).add(to: routes)
    ClockRoutes(clock: clockService(dependencies)).add(to: routes)
    SimulationRoutes(simulation: dependencies.simulation, afterChange: jobRunner.lookAtTime).add(to: routes)
    MetricsRoutes(
      figures: ServerFigures(
        store: store, settings: dependencies.settings, clock: clock, census: censusRunner.work,
        sources: dependencies.monitoring, metrics: metrics, certificate: dependencies.apiSettings.tls)
    ).add(to: routes)
    HealthRoutes(store: store, readiness: readiness).add(to: routes)
    return try routes.finish()
  }

  private func addSignIn(
    to routes: Routes, forms: SealedForms, _ authorizer: Authorizer, publicURLs: PublicURLs,
    _ dependencies: Dependencies
  ) {
    let (secrets, clock, regions) = (dependencies.secrets, dependencies.clock, authorizer.regions)
    let signIn = SignIn(
      store: store, passwords: PasswordHasher(cost: dependencies.passwordCost, secrets: secrets),
      limits: dependencies.apiSettings.signIn)
    LoginRoutes(login: login, limiter: authorizer.limiter, clock: clock).add(to: routes)
    ConsentRoutes(
      consent: ConsentService(store: store, secrets: secrets), signIn: signIn, forms: forms, regions: regions,
      secrets: secrets, publicURLs: publicURLs, clock: clock
    ).add(to: routes)
    LinkRoutes(links: LinkService(store: store, signIn: signIn), regions: regions, clock: clock).add(to: routes)
    InvitationRoutes(invitations: InvitationService(store: store, secrets: secrets), clock: clock).add(to: routes)
  }

  private func addAdministration(to routes: Routes, publicURLs: PublicURLs, _ dependencies: Dependencies) {
    AccountRoutes(instances: instances).add(to: routes)
    AdsAccountRoutes(instances: instances, directory: ProfileDirectory(store: store)).add(to: routes)
    InstanceRoutes(
      instances: instances, administration: instanceAdministration, publicURLs: publicURLs,
      bucketAccount: dependencies.bucketAccount
    ).add(to: routes)
    AdvertiserRoutes(instances: instances, updates: advertiserUpdates).add(to: routes)
    CollaborationRoutes().add(to: routes)
    BucketTemplateRoutes(account: dependencies.bucketAccount).add(to: routes)
    AuditRoutes(audit: AuditService(store: store)).add(to: routes)
    PrivacyBudgetRoutes(
      budgets: PrivacyBudgetService(store: store, settings: dependencies.settings.noise), clock: dependencies.clock
    ).add(to: routes)
  }

  private func addReporting(to routes: Routes, downloads: DownloadRoutes, clock: any WallClock) {
    DataSourceRoutes(catalogues: RecordedCatalogues(store: store, clock: clock)).add(to: routes)
    WorkflowRoutes(workflows: workflows).add(to: routes)
    ExecutionRoutes(executions: executions, downloads: downloads).add(to: routes)
    ScheduleRoutes(schedules: schedules).add(to: routes)
    downloads.add(to: routes)
  }

  private func addAdvertiserData(to routes: Routes, bucketAccount: DeliveryAccount?) {
    DataSetRoutes(dataSets: dataSets).add(to: routes)
    DataSetColumnRoutes(dataSets: dataSets).add(to: routes)
    UploadRoutes(dataSets: dataSets, uploads: uploads).add(to: routes)
    UserDeletionRoutes(userDeletions: userDeletions).add(to: routes)
    TermsRoutes(terms: terms).add(to: routes)
    ConnectionRoutes(connections: connections, dataUploadAccount: bucketAccount).add(to: routes)
    StreamedAudienceRoutes(audiences: streamedAudiences).add(to: routes)
    AudienceRecordRoutes(audiences: streamedAudiences, records: audienceRecords).add(to: routes)
  }

  private func addActivation(to routes: Routes, directory: ProfileDirectory, _ dependencies: Dependencies) {
    let (clock, identifiers) = (dependencies.clock, dependencies.identifiers)
    let entities = AdvertisingEntityService(store: store, clock: clock, identifiers: identifiers)
    AdvertiserAudienceRoutes(audiences: advertiserAudiences).add(to: routes)
    AudienceTaxonomyRoutes(audiences: advertiserAudiences).add(to: routes)
    ProfileRoutes(directory: directory).add(to: routes)
    DSPAdvertiserRoutes(directory: directory).add(to: routes)
    DSPEntityRoutes(entities: entities).add(to: routes)
    LineItemTargetRoutes(
      targets: LineItemTargetService(store: store, clock: clock, identifiers: identifiers)
    ).add(to: routes)
    TargetableEntityRoutes(audiences: advertiserAudiences).add(to: routes)
    SponsoredEntityRoutes(entities: entities).add(to: routes)
    DisplayEntityRoutes(entities: entities).add(to: routes)
  }

  /// The clock, if clients may move it. Jobs that become due by a move are queued before the response.
  private func clockService(_ dependencies: Dependencies) -> ClockService? {
    guard let clock = dependencies.movableClock else { return nil }
    return ClockService(
      clock: clock, store: store,
      afterMove: {
        try await scheduleRunner.runDue()
        try await refreshRunner.runDue()
        try await sandboxRunner.runDue()
        try await jobRunner.lookAtTime()
      },
      waitingCount: {
        try await jobRunner.dueCount() + refreshRunner.work.dueCount()
      })
  }
}
