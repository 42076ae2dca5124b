import AdvertiserData
import CleanRoom
import Metadata

/// What requests for audiences are answered with, as the published OpenAPI has it.
enum StreamedAudienceResponses {
  struct Created: Encodable {
    let audienceId: Int64
    let externalAudienceId: String

    init(_ audience: StreamedAudienceRecord) {
      audienceId = audience.id
      externalAudienceId = audience.externalAudienceID
    }
  }

  struct Shown: Encodable {
    let advertiserId: Int64?
    let audienceId: Int64
    let countryCode: String?
    let description: String
    let metadata: AudienceMetadata
    let name: String

    init(_ audience: StreamedAudienceRecord, size: StreamedAudienceService.Size) {
      advertiserId = audience.dspAdvertiserID.flatMap { Int64($0) }
      audienceId = audience.id
      countryCode = audience.countryCode
      description = audience.audienceDescription
      metadata = AudienceMetadata(audience, size: AudienceSize(size))
      name = audience.name
    }
  }

  struct Updated: Encodable {
    let advertiserId: Int64?
    let audienceId: Int64
    let description: String
    let metadata: AudienceMetadata
    let name: String

    init(_ audience: StreamedAudienceRecord) {
      advertiserId = audience.dspAdvertiserID.flatMap { Int64($0) }
      audienceId = audience.id
      description = audience.audienceDescription
      metadata = AudienceMetadata(audience, size: nil)
      name = audience.name
    }
  }

  struct AudienceMetadata: Encodable {
    let audienceFees: [AudienceFee]?
    let audienceSize: AudienceSize?
    let externalAudienceId: String
    let ttl: Int

    init(_ audience: StreamedAudienceRecord, size: AudienceSize?) {
      audienceFees = audience.parsedFees
      audienceSize = size
      externalAudienceId = audience.externalAudienceID
      ttl = audience.ttlSeconds
    }
  }

  struct AudienceSize: Encodable {
    let dspAudienceSize: Int
    let idResolutionCount: Int
    let receivedRecordSize: Int

    init(_ size: StreamedAudienceService.Size) {
      dspAudienceSize = size.dspMemberCount
      idResolutionCount = size.resolvedCount
      receivedRecordSize = size.receivedCount
    }
  }
}
