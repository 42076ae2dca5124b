import CleanRoom
import Metadata
import ObjectStorage
import Warehouse

/// Puts the logs of audiences together that clients send.
enum AudienceMemberLogs {
  static func make(
    store: MetadataStore, objects: any ObjectStorage, settings: EngineSettings
  ) -> any AudienceMemberLog {
    EngineAudienceMemberLog(
      store: store,
      logs: AudienceLogs(
        rows: DataSetStore(storage: objects, settings: settings), identities: IdentityStore(storage: objects),
        signals: SignalStore(storage: objects)))
  }
}
