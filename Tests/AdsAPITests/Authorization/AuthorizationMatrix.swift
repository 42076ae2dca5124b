import AdsAPI
import HTTPTypes
import ServerTestSupport

/// The owner of a request's subject, and the way in which the request names it: the facts that the authorization matrix
/// needs about each operation.
enum RequestAddress: Sendable {
  /// `AdvertiserId` and `MarketplaceId`; an instance in the path, where the path has one.
  case account
  /// The headers of rule-based audiences.
  case audience
  /// A profile.
  case profile
  /// A profile in the path. As published, another account's profile looks like one that does not exist.
  case profileInPath
  /// An advertiser of Amazon DSP, with the newer names of headers.
  case dspAdvertiser
  /// `Amazon-Ads-AccountId`.
  case invitingAccount
  /// The client alone.
  case client
  /// No token is asked for.
  case open
}

/// Every operation with its address, stated again beside `endpoints.tsv`: an operation that is public there by mistake
/// fails. A new operation needs a line here.
enum AuthorizationMatrix {
  static let addresses: [String: RequestAddress] = [
    "createQueryBasedAudience": .audience,
    "getAllQueryBasedAudiencesByInstanceId": .audience,
    "getQueryBasedAudienceByAudienceExecutionId": .audience,
    "updateQueryBasedAudienceByAudienceExecutionId": .audience,
    "deleteQueryBasedAudienceByAudienceExecutionId": .audience,
    "createLookalikeAudience": .audience,
    "listAmcAccounts": .client,
    "listAdsAccounts": .client,
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
    "fetchTaxonomy": .profile,
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
    "getSimulation": .client,
    "setSimulation": .client,
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
    "getPrivacyBudget": .account,
    "getDeliveryBucketTemplate": .open,
    "listProfiles": .client,
    "getProfileById": .profileInPath,
    "listDspAdvertisers": .profile,
    "getDspAdvertiser": .profile,
    "DSPCreateCampaign": .dspAdvertiser,
    "DSPUpdateCampaign": .dspAdvertiser,
    "DSPQueryCampaign": .dspAdvertiser,
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
    "createSponsoredProductsAdGroups": .profile,
    "updateSponsoredProductsAdGroups": .profile,
    "listSponsoredProductsAdGroups": .profile,
    "deleteSponsoredProductsAdGroups": .profile,
    "createSponsoredBrandsCampaigns": .profile,
    "updateSponsoredBrandsCampaigns": .profile,
    "listSponsoredBrandsCampaigns": .profile,
    "deleteSponsoredBrandsCampaigns": .profile,
    "createBrandsCampaignsByGuide": .profile,
    "listBrandsCampaignsByGuide": .profile,
    "createCampaigns": .profile,
    "updateCampaigns": .profile,
    "listCampaigns": .profile,
    "listCampaignsEx": .profile,
    "getCampaign": .profile,
    "getCampaignResponseEx": .profile,
    "archiveCampaign": .profile,
    "createAdGroups": .profile,
    "updateAdGroups": .profile,
    "listAdGroups": .profile,
    "listAdGroupsEx": .profile,
    "getAdGroup": .profile,
    "getAdGroupResponseEx": .profile,
    "archiveAdGroup": .profile,
    "createTargetingClauses": .profile,
    "updateTargetingClauses": .profile,
    "listTargetingClauses": .profile,
    "listTargetingClausesEx": .profile,
    "getTargets": .profile,
    "getTargetsEx": .profile,
    "archiveTargetingClause": .profile,
    "token": .open,
    "revokeToken": .open,
    "health": .open,
    "ready": .open,
    "metrics": .open,
  ]
}

extension RequestAddress {
  /// The subjects of such an operation in `endpoints.tsv`.
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

  /// The status of the refusal if a request is about somebody else's subject.
  var strangerStatus: Int { self == .profileInPath ? 404 : 403 }

  /// The headers that name the subject of a request, in the account of the fixtures.
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

  /// Requests for somebody else's subjects: the names in them, and the code of the refusal.
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
