package import ObjectStorage
package import Warehouse

package import struct Foundation.Data

/// Ids of members, computed by the embedded engine.
package struct EngineMemberDigests: MemberDigests {
  private let settings: EngineSettings

  package init(settings: EngineSettings) {
    self.settings = settings
  }

  package func write(
    _ source: EngineLocation, secret: Data, to name: String, in area: StagingArea
  ) async throws -> Int {
    try await MemberExport.write(source, secret: secret, to: name, in: area, settings: settings)
  }
}
