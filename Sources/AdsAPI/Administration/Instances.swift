import Base
import CleanRoom
import Hummingbird
import Metadata
import ObjectStorage

/// Instances, which clients make, change and delete: `/amc/instances`.
struct InstanceRoutes {
  let instances: InstanceService
  let administration: InstanceAdministration
  let publicURLs: PublicURLs
  /// The account that delivers results and reads the files of uploads; nil if there are no buckets.
  let bucketAccount: DeliveryAccount?

  func add(to routes: Routes) {
    routes.account("listInstances") { request in
      let page = try request.page()
      let found = try await instances.instances(
        accountID: request.account.id, afterID: page.text, limit: page.fetchLimit)
      return try request.respond(
        object: page.list("instances", of: found, at: \.instance.id) { object($0, for: request) })
    }
    routes.account("createInstance") { request in
      let instance = try await administration.create(
        try InstanceRequests.creation(of: try await request.members()), accountID: request.account.id,
        by: request.principal.administrator)
      return try await respond(to: request, with: instance)
    }
    routes.instance("getInstance") { try await respond(to: $0, with: $0.instance) }
    routes.instance("updateInstance") { request in
      let changed = try await administration.update(
        id: request.instance.id, to: try InstanceRequests.update(of: try await request.fields()),
        by: request.principal.administrator)
      return try await respond(to: request, with: changed)
    }
    routes.instance("deleteInstance") { request in
      try await administration.remove(id: request.instance.id, by: request.principal.administrator)
      return Response(status: .noContent)
    }
    routes.instance("updateInstanceCustomerAwsAccountMetadata", updateAWSAccount)
  }

  private func updateAWSAccount(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let changes = try InstanceRequests.awsAccount(of: try await request.fields())
    guard bucketAccount != nil, let bucket = changes.s3BucketName else {
      throw CleanRoomError.unavailable(feature: "Delivery into buckets")
    }
    _ = try await administration.update(
      id: request.instance.id, to: changes, by: request.principal.administrator, as: .setBucket)
    let url = BucketTemplateRoutes.url(
      ofBucket: bucket, instanceID: request.instance.id, base: publicURLs.base(for: request))
    return try request.respond(object: ["cfnBucketUrl": url])
  }

  private func respond(
    to request: AuthorizedRequest<some AuthorizationSubject>, with instance: InstanceRecord
  ) async throws -> Response {
    let summary = try await instances.summary(of: instance)
    return try request.respond(object: ["instance": object(summary, for: request)])
  }

  // MARK: Responses, as the published OpenAPI file has them

  /// An instance. Missing values are empty texts, because the published API has no null for them.
  private func object(_ summary: InstanceService.Summary, for request: some IncomingRequest) -> JSONObject {
    let instance = summary.instance
    return [
      // Always null: the server has no collaborations.
      "acrCollaboration": JSONValue.null,
      "advertiserTypes": summary.advertiserKinds.map(\.rawValue),
      "apiEndpoint": publicURLs.base(for: request),
      "awsAccountId": instance.awsAccountID ?? "",
      "creationDatetime": Timestamp.text(of: instance.createdAt),
      "creationStatus": instance.status.rawValue,
      // The reason why the instance could not be made; missing otherwise. The published API has no field for it.
      "creationStatusReason": instance.statusReason,
      "customerCanonicalName": instance.advertiserName ?? instance.name,
      // The account that a bucket's policy has to grant; empty if the server reads from no bucket.
      "dataUploadAwsAccountId": bucketAccount?.id ?? "",
      "entities": [instance.accountID],
      "instanceId": instance.id,
      "instanceName": instance.name,
      "instanceType": instance.kind.rawValue,
      "optionalDatasets": [] as [String],
      // Empty if results are delivered to no bucket.
      "s3BucketName": instance.s3BucketName ?? "",
    ]
  }
}
