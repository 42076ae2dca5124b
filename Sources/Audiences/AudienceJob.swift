import Metadata

import struct Foundation.Date

extension JobRecord {
  /// A job for an audience. Its attempts continue the numbers of the jobs before it.
  static func next(of audience: AudienceRecord, accountID: String, at now: Date) -> JobRecord {
    var job = JobRecord(
      kind: .audience, subjectID: audience.id, instanceID: audience.instanceID, accountID: accountID, createdAt: now)
    job.attempt = audience.attemptCount
    return job
  }
}
