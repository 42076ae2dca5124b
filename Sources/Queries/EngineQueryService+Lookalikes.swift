import AMCSQL
import Catalog
import Dialects
package import ObjectStorage
import Privacy
import Warehouse

import struct Foundation.Date

extension EngineQueryService {
  /// The days of signals before the end of the seed's window from which features are computed: the seed's own window,
  /// limited to this range.
  static let lookbackDays = 30...90

  public func compile(_ request: LookalikeRequest) async throws(QueryFailure) -> any CompiledLookalike {
    try await translating { try await lookalike(request) }
  }

  func lookalike(_ request: LookalikeRequest) async throws -> EngineLookalike {
    let seed = try await query(request.seed)
    let features = try await featureQueries(for: request.seed, besides: seed.compiled.query.sources.map(\.table))
    return EngineLookalike(service: self, request: request, seed: seed, features: features)
  }

  /// Runs the queries of a lookalike audience without noise, for measurements.
  package func gather(_ request: LookalikeRequest, in area: StagingArea) async throws -> EngineLookalike.Inputs {
    try await lookalike(request).gather(in: area)
  }

  /// A feature query in the engine's words.
  struct CompiledFeature {
    var query: FeatureQuery
    var emitted: EmittedQuery
  }

  /// The feature queries over tables that an audience of the same advertiser may read, except those of events that
  /// define the seed.
  private func featureQueries(for seed: QueryRequest, besides tables: [String]) async throws -> [CompiledFeature] {
    guard case .audience(let advertiser) = seed.purpose else { return [] }
    let catalogue = try await catalogues.catalogue(for: seed.instanceID, asOf: seed.asOf)
    var features: [CompiledFeature] = []
    for query in FeatureQuery.all.compactMap({ $0.besides(tablesOfSeed: tables) })
    where query.isReadable(in: catalogue, by: advertiser) {
      var request = QueryRequest(
        sql: query.sql, instanceID: seed.instanceID, purpose: .features(advertiser),
        timeWindow: Self.featureWindow(of: seed.timeWindow))
      request.asOf = seed.asOf
      do {
        features.append(CompiledFeature(query: query, emitted: try await compiled(request).query))
      } catch is QueryRefusal {
        // The text is ours, so a refusal is not the client's fault.
        throw EngineError(.failed)
      }
    }
    return features
  }

  /// The seed's window, extended or cut at its beginning to the range of `lookbackDays`.
  static func featureWindow(of window: TimeWindow) -> TimeWindow {
    let day = 86_400.0
    let earliest = window.end.addingTimeInterval(-day * Double(lookbackDays.upperBound))
    let latest = window.end.addingTimeInterval(-day * Double(lookbackDays.lowerBound))
    return TimeWindow(start: min(max(window.start, earliest), latest), end: window.end)
  }
}
