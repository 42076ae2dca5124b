import CleanRoom
import Metadata

/// What administration requests are answered with, as the published OpenAPI has it.
enum AdministrationResponses {
  struct Accounts: Encodable {
    let amcAccounts: [Account]
    let nextToken: String?
  }

  struct Account: Encodable {
    let accountId: String
    let accountName: String
    let marketplaceId: String

    init(_ account: AccountRecord) {
      accountId = account.id
      accountName = account.name
      marketplaceId = account.marketplaceID
    }
  }

  struct Instances: Encodable {
    let instances: [Instance]
    let nextToken: String?
  }

  struct SingleInstance: Encodable {
    let instance: Instance
  }

  /// An instance. Where AMC has accounts of AWS and this server has none, it says so with empty text.
  struct Instance: Encodable {
    let advertiserTypes: [String]
    let apiEndpoint: String
    let awsAccountId = ""
    let creationDatetime: String
    /// An instance of this server is there as soon as it is made.
    let creationStatus = "COMPLETED"
    let customerCanonicalName: String
    /// What the policy of a bucket grants its files to; empty where the server reads from none.
    let dataUploadAwsAccountId: String
    let entities: [String]
    let instanceId: String
    let instanceName: String
    let instanceType: String
    /// Empty where results are delivered into no bucket.
    let s3BucketName: String

    init(_ summary: InstanceService.Summary, apiEndpoint: String, dataUploadAccountID: String) {
      dataUploadAwsAccountId = dataUploadAccountID
      advertiserTypes = summary.advertiserKinds.map(\.rawValue)
      self.apiEndpoint = apiEndpoint
      creationDatetime = Timestamp.text(of: summary.instance.createdAt)
      customerCanonicalName = summary.instance.name
      entities = [summary.instance.accountID]
      instanceId = summary.instance.id
      instanceName = summary.instance.name
      instanceType = summary.instance.kind.rawValue
      s3BucketName = summary.instance.s3BucketName ?? ""
    }
  }

  struct Advertisers: Encodable {
    let advertisers: [Advertiser]
    let nextToken: String?
    let totalCount: Int
  }

  struct Advertiser: Encodable {
    let id: String
    let marketplaceId: String?
    let name: String
    let type: String

    init(_ advertiser: AdvertiserRecord) {
      id = advertiser.id
      marketplaceId = advertiser.marketplaceID
      name = advertiser.name
      type = advertiser.kind.rawValue
    }
  }
}
