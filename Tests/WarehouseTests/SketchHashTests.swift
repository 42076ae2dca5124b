import Testing
import Warehouse

/// The engine's `hash` is part of stored sketches: with another one, earlier sketches would tell nothing any more.
@Suite struct SketchHashTests {
  @Test func theEnginesHashIsThatOfStoredSketches() async throws {
    let warehouse = try TestWarehouse()
    let rows = try await TrustedSession.with(warehouse.settings) { session in
      try await session.rows(
        """
        SELECT (hash(4711::BIGINT, 7::BIGINT) >> 56)::BIGINT,
          (hash(hash(4711::BIGINT, 7::BIGINT, 1.5::DOUBLE)) >> 1)::BIGINT,
          (hash(hash(4711::BIGINT, 7::BIGINT, 'solo')) >> 1)::BIGINT
        """)
    }
    #expect(rows == [[.integer(178), .integer(7_588_253_307_282_711_701), .integer(61_514_943_512_609_323)]])
  }
}
