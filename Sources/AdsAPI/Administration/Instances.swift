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
      let (shown, nextToken) = try page.cut(found, at: \.instance.id)
      return try request.respond(
        with: List(instances: shown.map { instance($0, for: request.http) }, nextToken: nextToken))
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
      ofBucket: bucket, instanceID: request.instance.id, base: publicURLs.base(for: request.http))
    return try request.respond(with: AWSAccountUpdate(cfnBucketUrl: url))
  }

  private func respond(
    to request: AuthorizedRequest<some AuthorizationSubject>, with instance: InstanceRecord
  ) async throws -> Response {
    let summary = try await instances.summary(of: instance)
    return try request.respond(with: Single(instance: self.instance(summary, for: request.http)))
  }

  private func instance(_ summary: InstanceService.Summary, for request: Request) -> Instance {
    Instance(summary, apiEndpoint: publicURLs.base(for: request), dataUploadAccountID: bucketAccount?.id ?? "")
  }

  // MARK: Responses, as the published OpenAPI file has them

  private struct List: Encodable {
    let instances: [Instance]
    let nextToken: String?
  }

  private struct Single: Encodable {
    let instance: Instance
  }

  /// An instance. Missing values are empty texts, because the published API has no null for them.
  private struct Instance: Encodable {
    /// Always null: the server has no collaborations.
    let acrCollaboration: Nothing = Nothing()
    let advertiserTypes: [String]
    let apiEndpoint: String
    let awsAccountId: String
    let creationDatetime: String
    let creationStatus: String
    /// The reason why the instance could not be made; missing otherwise. The published API has no field for it.
    let creationStatusReason: String?
    let customerCanonicalName: String
    /// The account that a bucket's policy has to grant; empty if the server reads from no bucket.
    let dataUploadAwsAccountId: String
    let entities: [String]
    let instanceId: String
    let instanceName: String
    let instanceType: String
    let optionalDatasets: [String] = []
    /// Empty if results are delivered to no bucket.
    let s3BucketName: String

    init(_ summary: InstanceService.Summary, apiEndpoint: String, dataUploadAccountID: String) {
      let instance = summary.instance
      dataUploadAwsAccountId = dataUploadAccountID
      advertiserTypes = summary.advertiserKinds.map(\.rawValue)
      self.apiEndpoint = apiEndpoint
      awsAccountId = instance.awsAccountID ?? ""
      creationDatetime = Timestamp.text(of: instance.createdAt)
      creationStatus = instance.status.rawValue
      creationStatusReason = instance.statusReason
      customerCanonicalName = instance.advertiserName ?? instance.name
      entities = [instance.accountID]
      instanceId = instance.id
      instanceName = instance.name
      instanceType = instance.kind.rawValue
      s3BucketName = instance.s3BucketName ?? ""
    }
  }

  /// `null`, for a field that is required and empty.
  private struct Nothing: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }

  private struct AWSAccountUpdate: Encodable {
    /// The URL of a CloudFormation template of the bucket.
    let cfnBucketUrl: String
  }
}
