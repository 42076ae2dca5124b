import Base
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

  /// An instance. What nobody has said is empty text, as the published API has no null for it.
  struct Instance: Encodable {
    /// There is none: the server has no collaborations.
    let acrCollaboration: Nothing = Nothing()
    let advertiserTypes: [String]
    let apiEndpoint: String
    let awsAccountId: String
    let creationDatetime: String
    let creationStatus: String
    /// Why it could not be made; only there where it could not. The published API has no field for it.
    let creationStatusReason: String?
    let customerCanonicalName: String
    /// What the policy of a bucket grants its files to; empty where the server reads from none.
    let dataUploadAwsAccountId: String
    let entities: [String]
    let instanceId: String
    let instanceName: String
    let instanceType: String
    let optionalDatasets: [String] = []
    /// Empty where results are delivered into no bucket.
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

  /// `null`, where a field has to be there and to be empty.
  struct Nothing: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }

  struct AWSAccountUpdate: Encodable {
    /// Where a CloudFormation template of the bucket is.
    let cfnBucketUrl: String
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
