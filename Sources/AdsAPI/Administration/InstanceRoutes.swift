import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata
import ObjectStorage

/// How instances are made, changed and deleted: `/amc/instances`.
struct InstanceRoutes: Sendable {
  let entrance: AdministrationEntrance
  let administration: InstanceAdministration
  let addresses: PublicAddresses
  /// Who delivers results and reads the files of uploads; nil where there are no buckets.
  let bucketAccount: DeliveryAccount?

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/instances").add(middleware: ErrorMiddleware(bodies: InstanceErrors()))
      .get { request, _ in try await self.list(request) }
      .post { request, _ in try await self.create(request) }
      .get("{instanceId}") { request, context in try await self.show(request, context) }
      .put("{instanceId}") { request, context in try await self.update(request, context) }
      .delete("{instanceId}") { request, context in try await self.delete(request, context) }
      .post("{instanceId}/updateCustomerAwsAccount") { request, context in
        try await self.updateAWSAccount(request, context)
      }
  }

  private func list(_ request: Request) async throws -> Response {
    let entry = try await entrance.enter(request, .listInstances)
    let page = try AdministrationRequests.page(request)
    let scope = PageTokens.Scope(
      operation: .listInstances, clientID: entry.caller.clientID, subject: [entry.account.id])
    let found = try await entrance.instances.instances(
      accountID: entry.account.id, afterID: try entrance.pageTokens.text(of: page.token, scope: scope),
      limit: page.limit + 1)
    let token = try entrance.nextToken(found.map(\.instance.id), limit: page.limit, scope: scope)
    return try Response.json(
      AdministrationResponses.Instances(
        instances: found.prefix(page.limit).map { response(of: $0, to: request) }, nextToken: token),
      mediaType: entry.mediaType)
  }

  private func create(_ request: Request) async throws -> Response {
    let entry = try await entrance.enter(request, .createInstance)
    let draft = try InstanceRequests.creation(
      of: try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let instance = try await administration.create(
      draft, accountID: entry.account.id, by: entry.caller.principal.administrator)
    return try await answer(with: instance, to: request, entry)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .getInstance)
    return try await answer(with: try await entrance.instance(of: context, entry), to: request, entry)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .updateInstance)
    let instance = try await entrance.instance(of: context, entry)
    let changes = try InstanceRequests.update(
      of: try BodyReader.object(try await BodyReader.data(of: request), of: request))
    let changed = try await administration.update(
      id: instance.id, to: changes, by: entry.caller.principal.administrator)
    return try await answer(with: changed, to: request, entry)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .deleteInstance)
    let instance = try await entrance.instance(of: context, entry)
    try await administration.remove(id: instance.id, by: entry.caller.principal.administrator)
    return Response(status: .noContent)
  }

  private func updateAWSAccount(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, .updateInstanceCustomerAwsAccountMetadata)
    let instance = try await entrance.instance(of: context, entry)
    let changes = try InstanceRequests.awsAccount(
      of: try BodyReader.object(try await BodyReader.data(of: request), of: request))
    guard bucketAccount != nil, let bucket = changes.s3BucketName else {
      throw CleanRoomError.unavailable(feature: "Delivery into buckets")
    }
    _ = try await administration.update(
      id: instance.id, to: changes, by: entry.caller.principal.administrator, as: .setBucket)
    let address = BucketTemplateRoutes.address(ofBucket: bucket, base: addresses.base(for: request))
    return try Response.json(
      AdministrationResponses.AWSAccountUpdate(cfnBucketUrl: address), mediaType: entry.mediaType)
  }

  // MARK: Answers

  private func answer(
    with instance: InstanceRecord, to request: Request, _ entry: AdministrationEntrance.Entry
  ) async throws -> Response {
    let summary = try await entrance.instances.summary(of: instance)
    return try Response.json(
      AdministrationResponses.SingleInstance(instance: response(of: summary, to: request)),
      mediaType: entry.mediaType)
  }

  private func response(
    of summary: InstanceService.Summary, to request: Request
  ) -> AdministrationResponses.Instance {
    AdministrationResponses.Instance(
      summary, apiEndpoint: addresses.base(for: request), dataUploadAccountID: bucketAccount?.id ?? "")
  }
}
