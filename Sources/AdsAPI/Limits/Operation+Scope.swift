import Metadata

extension Operation {
  /// What a token needs for the operation, by the guides "Authorization grants" and "Migrate from the instance-level API":
  /// the data provider's scope where an advertiser brings data of its own, else campaign management. nil where no token is
  /// asked for.
  var scope: Scope? {
    switch self {
    case .addConnection, .getConnections, .removeConnection, .createAudienceMetadata, .getAudienceMetadata,
      .updateAudienceMetadata, .manageAudience, .getAudienceRecordsStatus, .getTerms, .setTermsAcceptance,
      .createDataSet, .listDataSets, .getDataSet, .updateDataSet, .deleteDataSet, .addColumnToDataSet,
      .updateColumnInDataSet, .deleteColumnFromDataSet, .createUpload, .listUploads, .getUpload,
      .createUserDeletionRequest, .listUserDeletionRequests, .getUserDeletionRequest:
      .audiences
    case .createQueryBasedAudience, .getAllQueryBasedAudiencesByInstanceId,
      .getQueryBasedAudienceByAudienceExecutionId, .updateQueryBasedAudienceByAudienceExecutionId,
      .deleteQueryBasedAudienceByAudienceExecutionId, .listAmcAccounts, .listInstances, .getInstance,
      .getInstanceAdvertisers, .listDataSources, .getDataSource, .listWorkflows, .createWorkflow, .getWorkflow,
      .updateWorkflow, .deleteWorkflow, .listWorkflowExecutions, .createWorkflowExecution, .getWorkflowExecution,
      .updateWorkflowExecution, .deleteWorkflowExecution, .getWorkflowExecutionDownloadUrls, .listSchedules,
      .createSchedule, .getSchedule, .updateSchedule, .deleteSchedule, .listAudiences, .createLookalikeAudience,
      .getClock, .setClock, .createInstance, .updateInstance, .deleteInstance,
      .updateInstanceCustomerAwsAccountMetadata, .createAdvertiserUpdate, .listAdvertiserUpdates, .getAdvertiserUpdate,
      .getInstanceCollaboration, .createCollaborationIdMappingTable, .listCollaborationIdMappingTables,
      .deleteCollaborationIdMappingTable, .getCollaborationIdMappingJobForTrackingId, .listCollaborationIdMappingJobs,
      .getCollaborationIdMappingJob, .refreshCollaborationIdMappingTable, .listCollaborationIdNamespaces,
      .listAuditRecords,
      .listProfiles, .getProfileById, .listDspAdvertisers, .getDspAdvertiser, .createAdGroup, .updateAdGroup,
      .queryAdGroup, .createTarget, .queryTarget, .deleteTarget, .listTargetableEntities,
      .createSponsoredProductsCampaigns, .updateSponsoredProductsCampaigns, .listSponsoredProductsCampaigns,
      .deleteSponsoredProductsCampaigns, .createSponsoredBrandsCampaigns, .updateSponsoredBrandsCampaigns,
      .listSponsoredBrandsCampaigns, .deleteSponsoredBrandsCampaigns, .createBrandsCampaignsByGuide,
      .listBrandsCampaignsByGuide, .createTargetingClauses, .updateTargetingClauses, .listTargetingClauses,
      .listTargetingClausesEx, .getTargets, .archiveTargetingClause:
      .campaignManagement
    case .createUserInvitations, .updateUserInvitations, .listUserInvitations, .getUserInvitation: .campaignManagement
    case .showConsent, .giveConsent, .showLink, .followLink: nil
    case .downloadReport, .getDeliveryBucketTemplate, .token, .revokeToken, .health: nil
    }
  }
}
