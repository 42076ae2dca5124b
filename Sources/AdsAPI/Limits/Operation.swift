import CleanRoom
import Foundation

/// What the server can be asked to do, by the names of the published OpenAPI files.
package enum Operation: String, Sendable, Hashable, CaseIterable {
  case createQueryBasedAudience
  case getAllQueryBasedAudiencesByInstanceId
  case getQueryBasedAudienceByAudienceExecutionId
  case updateQueryBasedAudienceByAudienceExecutionId
  case deleteQueryBasedAudienceByAudienceExecutionId
  case createLookalikeAudience
  case listAmcAccounts
  case listInstances
  case getInstance
  case getInstanceAdvertisers
  case listDataSources
  case getDataSource
  case listWorkflows
  case createWorkflow
  case getWorkflow
  case updateWorkflow
  case deleteWorkflow
  case listWorkflowExecutions
  case createWorkflowExecution
  case getWorkflowExecution
  case updateWorkflowExecution
  case deleteWorkflowExecution
  case getWorkflowExecutionDownloadUrls
  case listSchedules
  case createSchedule
  case getSchedule
  case updateSchedule
  case deleteSchedule
  case downloadReport
  case addConnection
  case getConnections
  case removeConnection
  case createAudienceMetadata
  case getAudienceMetadata
  case updateAudienceMetadata
  case manageAudience
  case getAudienceRecordsStatus
  case getTerms
  case setTermsAcceptance
  case createDataSet
  case listDataSets
  case getDataSet
  case updateDataSet
  case deleteDataSet
  case addColumnToDataSet
  case updateColumnInDataSet
  case deleteColumnFromDataSet
  case createUpload
  case listUploads
  case getUpload
  case createUserDeletionRequest
  case listUserDeletionRequests
  case getUserDeletionRequest
  case listAudiences
  case listProfiles
  case getProfileById
  case listDspAdvertisers
  case getDspAdvertiser
  case createAdGroup = "DSPCreateAdGroup"
  case updateAdGroup = "DSPUpdateAdGroup"
  case queryAdGroup = "DSPQueryAdGroup"
  case createTarget = "DSPCreateTarget"
  case queryTarget = "DSPQueryTarget"
  case deleteTarget = "DSPDeleteTarget"
  case listTargetableEntities
  case createSponsoredProductsCampaigns
  case updateSponsoredProductsCampaigns
  case listSponsoredProductsCampaigns
  case deleteSponsoredProductsCampaigns
  case createSponsoredBrandsCampaigns
  case updateSponsoredBrandsCampaigns
  case listSponsoredBrandsCampaigns
  case deleteSponsoredBrandsCampaigns
  case createBrandsCampaignsByGuide
  case listBrandsCampaignsByGuide
  case createTargetingClauses
  case updateTargetingClauses
  case listTargetingClauses
  case listTargetingClausesEx
  case getTargets
  case archiveTargetingClause
  case createUserInvitations
  case updateUserInvitations
  case listUserInvitations
  case getUserInvitation
  case showConsent
  case giveConsent
  case showLink
  case followLink
  case getClock
  case setClock
  case createInstance
  case updateInstance
  case deleteInstance
  case updateInstanceCustomerAwsAccountMetadata
  case createAdvertiserUpdate
  case listAdvertiserUpdates
  case getAdvertiserUpdate
  case getInstanceCollaboration
  case createCollaborationIdMappingTable
  case listCollaborationIdMappingTables
  case deleteCollaborationIdMappingTable
  case getCollaborationIdMappingJobForTrackingId
  case listCollaborationIdMappingJobs
  case getCollaborationIdMappingJob
  case refreshCollaborationIdMappingTable
  case listCollaborationIdNamespaces
  /// Nothing changes by it, but it tells what those have done who may change something, and is for them.
  case listAuditRecords
  case getDeliveryBucketTemplate
  case token
  case revokeToken
  case health

  /// Whether anything changes by the operation. A list that is asked for with POST changes nothing.
  var intent: Principal.Intent {
    switch self {
    case .getAllQueryBasedAudiencesByInstanceId, .getQueryBasedAudienceByAudienceExecutionId, .listAmcAccounts,
      .listInstances, .getInstance, .getInstanceAdvertisers, .listDataSources, .getDataSource, .listWorkflows,
      .getWorkflow, .listWorkflowExecutions, .getWorkflowExecution, .getWorkflowExecutionDownloadUrls, .listSchedules,
      .getSchedule, .downloadReport, .getConnections, .getAudienceMetadata, .getAudienceRecordsStatus, .getTerms,
      .listDataSets, .getDataSet, .listUploads, .getUpload, .listUserDeletionRequests, .getUserDeletionRequest,
      .listAudiences, .getClock, .listAdvertiserUpdates, .getAdvertiserUpdate, .getInstanceCollaboration,
      .listCollaborationIdMappingTables, .getCollaborationIdMappingJobForTrackingId, .listCollaborationIdMappingJobs,
      .getCollaborationIdMappingJob, .listCollaborationIdNamespaces, .getDeliveryBucketTemplate, .token,
      .revokeToken, .health,
      .listProfiles, .getProfileById, .listDspAdvertisers, .getDspAdvertiser, .queryAdGroup, .queryTarget,
      .listTargetableEntities, .listSponsoredProductsCampaigns, .listSponsoredBrandsCampaigns,
      .listBrandsCampaignsByGuide, .listTargetingClauses, .listTargetingClausesEx, .getTargets:
      .view
    case .listUserInvitations, .getUserInvitation, .showConsent, .giveConsent, .showLink, .followLink: .view
    case .createUserInvitations, .updateUserInvitations: .change
    case .createLookalikeAudience, .createQueryBasedAudience, .updateQueryBasedAudienceByAudienceExecutionId,
      .deleteQueryBasedAudienceByAudienceExecutionId, .createWorkflow, .updateWorkflow, .deleteWorkflow,
      .createWorkflowExecution, .updateWorkflowExecution, .deleteWorkflowExecution, .createSchedule, .updateSchedule,
      .deleteSchedule, .addConnection, .removeConnection, .createAudienceMetadata, .updateAudienceMetadata,
      .manageAudience, .setTermsAcceptance, .createDataSet, .updateDataSet, .deleteDataSet, .addColumnToDataSet,
      .updateColumnInDataSet, .deleteColumnFromDataSet, .createUpload, .createUserDeletionRequest, .createInstance,
      .updateInstance, .deleteInstance, .updateInstanceCustomerAwsAccountMetadata, .createAdvertiserUpdate,
      .createCollaborationIdMappingTable, .deleteCollaborationIdMappingTable, .refreshCollaborationIdMappingTable,
      .listAuditRecords, .setClock,
      .createAdGroup, .updateAdGroup, .createTarget, .deleteTarget, .createSponsoredProductsCampaigns,
      .updateSponsoredProductsCampaigns, .deleteSponsoredProductsCampaigns, .createSponsoredBrandsCampaigns,
      .updateSponsoredBrandsCampaigns, .deleteSponsoredBrandsCampaigns, .createBrandsCampaignsByGuide,
      .createTargetingClauses, .updateTargetingClauses, .archiveTargetingClause:
      .change
    }
  }
}

/// How often a client may call an operation.
package struct RateLimit: Sendable, Hashable {
  /// How many calls come back each second.
  package var perSecond: Double
  /// How many calls can come at once.
  package var burst: Double

  package init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }
}

/// One line of `Resources/endpoints.tsv`.
package struct Endpoint: Sendable, Hashable {
  package var operation: Operation
  package var method: String
  /// With `{name}` for what differs.
  package var path: String
  /// nil where there is no client to count for.
  package var rateLimit: RateLimit?
}

/// The file that lists what the server answers.
package enum EndpointTable {
  /// The program was installed without its resources, or with others.
  package struct Damaged: Error, CustomStringConvertible {
    let line: Int
    package var description: String { "endpoints.tsv: line \(line) is missing or damaged" }
  }

  /// Reads the file that came with the program; every operation has to be in it once.
  package static func load() throws -> [Operation: Endpoint] {
    guard let url = Bundle.module.url(forResource: "endpoints", withExtension: "tsv", subdirectory: "Resources") else {
      throw Damaged(line: 0)
    }
    return try parse(String(contentsOf: url, encoding: .utf8))
  }

  static func parse(_ text: String) throws -> [Operation: Endpoint] {
    var endpoints: [Operation: Endpoint] = [:]
    var hasHeader = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard hasHeader else {
        hasHeader = true
        continue
      }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let operation = Operation(rawValue: fields[0]), endpoints[operation] == nil else {
        throw Damaged(line: index + 1)
      }
      var limit: RateLimit?
      if fields[3] != "-" {
        guard let perSecond = Double(fields[3]), let burst = Double(fields[4]), perSecond > 0, burst >= 1 else {
          throw Damaged(line: index + 1)
        }
        limit = RateLimit(perSecond: perSecond, burst: burst)
      }
      endpoints[operation] = Endpoint(operation: operation, method: fields[1], path: fields[2], rateLimit: limit)
    }
    guard endpoints.count == Operation.allCases.count else { throw Damaged(line: 0) }
    return endpoints
  }
}
