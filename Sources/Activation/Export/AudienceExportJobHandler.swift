package import Base
import CleanRoom
package import Jobs
package import Metadata
import ObjectStorage

package import struct Foundation.Date

/// Updates a destination to the present state of an audience. The subject of a job is an export and the number of the
/// request: `ID.7`.
///
/// A job does what is right at its time, whatever was requested. After two changes, the first job does the work of
/// both, and the second finds nothing to do.
package struct AudienceExportJobHandler: JobHandler {
  /// The reason of an export that was abandoned because of the server.
  static let internalFailure = "The members could not be exported for an internal reason."

  private let store: MetadataStore
  private let export: any AudienceExport
  private let clock: any WallClock

  package init(store: MetadataStore, export: any AudienceExport, clock: any WallClock) {
    self.store = store
    self.export = export
    self.clock = clock
  }

  package var kind: JobRecord.Kind { .audienceExport }

  private static func exportID(of job: JobRecord) -> String {
    job.subjectID.split(separator: ".").first.map(String.init) ?? ""
  }

  /// Stores the location of the objects before any is written, so they can be removed in any case.
  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    guard var record = try transaction.find(AudienceExportRecord.self, id: Self.exportID(of: job)),
      record.folder == nil,
      let destination = try transaction.find(DestinationRecord.self, id: record.destinationID),
      let shown = try transaction.advertiserAudience(audienceID: record.audienceID)
    else { return }
    let prefix = destination.prefix.isEmpty ? "" : destination.prefix + "/"
    record.folder = "\(prefix)audience=\(shown.canonicalID)"
    try transaction.update(record)
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    guard var record = try transaction.find(AudienceExportRecord.self, id: Self.exportID(of: job)) else { return }
    record.problem = Self.internalFailure
    try transaction.update(record)
  }

  /// The wanted state of an export.
  private struct Work: Sendable {
    var record: AudienceExportRecord
    var audience: ExportedAudience
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    guard let work = try await work(of: job) else { return .nothing }
    let audience = work.audience
    let outcome =
      audience.membersPrefix == nil
      ? try await export.remove(audience) : try await export.replace(audience, at: clock.now)
    return JobCompletion(failureCode: outcome == .done ? nil : "export_refused") { transaction, now in
      guard var record = try transaction.find(AudienceExportRecord.self, id: work.record.id) else { return }
      switch outcome {
      case .done:
        record.problem = nil
        record.membersPrefix = audience.membersPrefix
        record.exportedAt = audience.membersPrefix.map { _ in now }
        if audience.membersPrefix != nil { record.revision = audience.revision }
      case .refused(let reason): record.problem = reason
      }
      try transaction.update(record)
    }
  }

  /// nil if nothing has to be done.
  private func work(of job: JobRecord) async throws -> Work? {
    try await store.read { snapshot in
      guard let record = try snapshot.find(AudienceExportRecord.self, id: Self.exportID(of: job)),
        let folder = record.folder,
        let destination = try snapshot.find(DestinationRecord.self, id: record.destinationID)
      else { return nil }
      let isWanted = record.isConnected && destination.removedAt == nil
      let prefix = isWanted ? try snapshot.find(AudienceRecord.self, id: record.audienceID)?.exportablePrefix : nil
      if record.problem == nil, prefix == record.membersPrefix { return nil }
      let id = folder.split(separator: "=").last.map(String.init) ?? ""
      return Work(
        record: record,
        audience: ExportedAudience(
          destination: destination, canonicalID: id, folder: folder,
          revision: prefix == nil ? record.revision : record.revision + 1, membersPrefix: prefix))
    }
  }
}

extension AudienceRecord {
  /// The prefix of members that may leave; nil if the audience has none, or none any more.
  fileprivate var exportablePrefix: String? {
    switch status {
    case .succeeded, .pending, .running: memberCount.map { $0 > 0 } ?? false ? membersPrefix : nil
    case .failed, .deactivated: nil
    }
  }
}
