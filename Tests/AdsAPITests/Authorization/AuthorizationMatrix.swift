import AdsAPI
import HTTPTypes
import ServerTestSupport

/// Whose business a request is, and how it says so: what the authorization matrix has to know about each operation.
enum RequestAddress: Sendable {
  /// `AdvertiserId` and `MarketplaceId`; an instance in the path, where the path has one.
  case account
  /// The headers of rule-based audiences.
  case audience
  /// A profile.
  case profile
  /// A profile, in the path: as published, one that is somebody else's is not there.
  case profileInPath
  /// An advertiser of Amazon DSP, with the newer names of headers.
  case dspAdvertiser
  /// `Amazon-Ads-AccountId`.
  case invitingAccount
  /// Nobody's but the client's.
  case client
  /// No token is asked for.
  case open
}

/// Every operation with its address, said once more than in `endpoints.tsv`: what is public there by mistake fails. A new
/// operation needs a line here.
enum AuthorizationMatrix {
  static let addresses: [String: RequestAddress] = [
    "createQueryBasedAudience": .audience,
    "getAllQueryBasedAudiencesByInstanceId": .audience,
    "getQueryBasedAudienceByAudienceExecutionId": .audience,
    "updateQueryBasedAudienceByAudienceExecutionId": .audience,
    "deleteQueryBasedAudienceByAudienceExecutionId": .audience,
    "createLookalikeAudience": .audience,
    "listAmcAccounts": .client,
    "listInstances": .account,
    "getInstance": .account,
    "getInstanceAdvertisers": .account,
    "listDataSources": .account,
    "getDataSource": .account,
    "listWorkflows": .account,
    "createWorkflow": .account,
    "getWorkflow": .account,
    "updateWorkflow": .account,
    "deleteWorkflow": .account,
    "listWorkflowExecutions": .account,
    "createWorkflowExecution": .account,
    "getWorkflowExecution": .account,
    "updateWorkflowExecution": .account,
    "deleteWorkflowExecution": .account,
    "getWorkflowExecutionDownloadUrls": .account,
    "listSchedules": .account,
    "createSchedule": .account,
    "getSchedule": .account,
    "updateSchedule": .account,
    "deleteSchedule": .account,
    "downloadReport": .open,
    "addConnection": .client,
    "getConnections": .client,
    "removeConnection": .client,
    "createAudienceMetadata": .client,
    "getAudienceMetadata": .client,
    "updateAudienceMetadata": .client,
    "manageAudience": .client,
    "getAudienceRecordsStatus": .client,
    "getTerms": .client,
    "setTermsAcceptance": .client,
    "createDataSet": .account,
    "listDataSets": .account,
    "getDataSet": .account,
    "updateDataSet": .account,
    "deleteDataSet": .account,
    "addColumnToDataSet": .account,
    "updateColumnInDataSet": .account,
    "deleteColumnFromDataSet": .account,
    "createUpload": .account,
    "listUploads": .account,
    "getUpload": .account,
    "createUserDeletionRequest": .account,
    "listUserDeletionRequests": .account,
    "getUserDeletionRequest": .account,
    "listAudiences": .profile,
    "createUserInvitations": .invitingAccount,
    "updateUserInvitations": .invitingAccount,
    "listUserInvitations": .invitingAccount,
    "getUserInvitation": .invitingAccount,
    "showConsent": .open,
    "giveConsent": .open,
    "showLink": .open,
    "followLink": .open,
    "getClock": .client,
    "setClock": .client,
    "createInstance": .account,
    "updateInstance": .account,
    "deleteInstance": .account,
    "updateInstanceCustomerAwsAccountMetadata": .account,
    "createAdvertiserUpdate": .account,
    "listAdvertiserUpdates": .account,
    "getAdvertiserUpdate": .account,
    "getInstanceCollaboration": .account,
    "createCollaborationIdMappingTable": .account,
    "listCollaborationIdMappingTables": .account,
    "deleteCollaborationIdMappingTable": .account,
    "getCollaborationIdMappingJobForTrackingId": .account,
    "listCollaborationIdMappingJobs": .account,
    "getCollaborationIdMappingJob": .account,
    "refreshCollaborationIdMappingTable": .account,
    "listCollaborationIdNamespaces": .account,
    "listAuditRecords": .account,
    "getDeliveryBucketTemplate": .open,
    "listProfiles": .client,
    "getProfileById": .profileInPath,
    "listDspAdvertisers": .profile,
    "getDspAdvertiser": .profile,
    "DSPCreateAdGroup": .dspAdvertiser,
    "DSPUpdateAdGroup": .dspAdvertiser,
    "DSPQueryAdGroup": .dspAdvertiser,
    "DSPCreateTarget": .dspAdvertiser,
    "DSPQueryTarget": .dspAdvertiser,
    "DSPDeleteTarget": .dspAdvertiser,
    "listTargetableEntities": .profile,
    "createSponsoredProductsCampaigns": .profile,
    "updateSponsoredProductsCampaigns": .profile,
    "listSponsoredProductsCampaigns": .profile,
    "deleteSponsoredProductsCampaigns": .profile,
    "createSponsoredBrandsCampaigns": .profile,
    "updateSponsoredBrandsCampaigns": .profile,
    "listSponsoredBrandsCampaigns": .profile,
    "deleteSponsoredBrandsCampaigns": .profile,
    "createBrandsCampaignsByGuide": .profile,
    "listBrandsCampaignsByGuide": .profile,
    "createTargetingClauses": .profile,
    "updateTargetingClauses": .profile,
    "listTargetingClauses": .profile,
    "listTargetingClausesEx": .profile,
    "getTargets": .profile,
    "archiveTargetingClause": .profile,
    "token": .open,
    "revokeToken": .open,
    "health": .open,
  ]
}

extension RequestAddress {
  /// What `endpoints.tsv` says of such an operation.
  var subjects: Set<Endpoint.Subject> {
    switch self {
    case .account: [.account, .instance, .instanceInAnyState]
    case .audience: [.instanceInHeaders]
    case .profile: [.profile]
    case .profileInPath: [.profileInPath]
    case .dspAdvertiser: [.dspAdvertiser]
    case .invitingAccount: [.adsAccount]
    case .client: [.caller]
    case .open: [.nothing]
    }
  }

  /// The status of the refusal where a request is about what is somebody else's.
  var strangerStatus: Int { self == .profileInPath ? 404 : 403 }

  /// The headers that name what a request is about, in the account of the fixtures.
  var headers: [String: String] {
    let setup = Fixtures.setup
    return switch self {
    case .account:
      [
        "Amazon-Advertising-API-AdvertiserId": setup.accountID,
        "Amazon-Advertising-API-MarketplaceId": setup.marketplaceID,
      ]
    case .audience:
      [
        "Amazon-Marketing-Cloud-Audience-InstanceId": setup.instanceID,
        "Amazon-Advertising-API-EntityId": setup.accountID,
        "Accept": "application/json",
      ]
    case .profile: ["Amazon-Advertising-API-Scope": setup.profileID]
    case .invitingAccount: ["Amazon-Ads-AccountId": setup.accountID]
    case .dspAdvertiser: ["Amazon-Ads-AccountId": setup.displayAdvertiserID]
    case .client, .profileInPath, .open: [:]
    }
  }

  /// Ways to ask for what is somebody else's: what is named instead, and the code of the refusal.
  func strangers(path: String) -> [(headers: [String: String], path: String, code: String)] {
    let other = Fixtures.otherSetup
    let otherPath = path.replacing("/\(Fixtures.setup.instanceID)", with: "/\(other.instanceID)")
    let otherAccount = [
      "Amazon-Advertising-API-AdvertiserId": other.accountID,
      "Amazon-Advertising-API-MarketplaceId": other.marketplaceID,
    ]
    switch self {
    case .account:
      let inPath = otherPath == path ? [] : [(headers: [String: String](), path: otherPath, code: "instance_forbidden")]
      return [(otherAccount, path, "account_forbidden"), (otherAccount, otherPath, "account_forbidden")] + inPath
    case .audience:
      return [
        (["Amazon-Marketing-Cloud-Audience-InstanceId": other.instanceID], path, "instance_forbidden"),
        (["Amazon-Advertising-API-EntityId": other.accountID], path, "account_forbidden"),
      ]
    case .profile: return [(["Amazon-Advertising-API-Scope": other.profileID], path, "profile_forbidden")]
    case .invitingAccount: return [(["Amazon-Ads-AccountId": other.accountID], path, "account_forbidden")]
    case .profileInPath:
      return [([:], path.replacing(Fixtures.setup.profileID, with: other.profileID), "unknown_profile")]
    case .dspAdvertiser:
      return [(["Amazon-Ads-AccountId": other.displayAdvertiserID], path, "advertiser_forbidden")]
    case .client, .open: return []
    }
  }
}
