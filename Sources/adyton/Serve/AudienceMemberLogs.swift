import Base
import CleanRoom
import Metadata
import ObjectStorage
import Warehouse

/// Puts the logs of audiences together that clients send.
enum AudienceMemberLogs {
  static func make(
    store: MetadataStore, objects: any ObjectStorage, settings: EngineSettings, clock: any WallClock
  ) -> any AudienceMemberLog {
    EngineAudienceMemberLog(
      store: store,
      logs: AudienceLogs(
        rows: DataSetStore(storage: objects, settings: settings, now: { clock.now }),
        identities: IdentityStore(storage: objects),
        signals: SignalStore(storage: objects)))
  }
}
