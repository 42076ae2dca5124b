import AMCSQL
import Catalog
import Dialects
package import ObjectStorage
import Privacy
public import Warehouse

import struct Foundation.Date

extension EngineQueryService {
  /// The days of signals before the end of the seed's window from which features are computed: the seed's own window,
  /// limited to this range.
  static let lookbackDays = 30...90

  public func runLookalike(
    _ request: LookalikeRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome {
    try await translating {
      let prefix = try ObjectKey(outputPrefix)
      // All files are in the area, which is removed in any case. Only the members are published.
      let area = try await objects.stage()
      defer { area.discard() }
      switch try await gather(request, in: area, progress: { progress($0 / 2) }) {
      case .unfit(let outcome): return outcome
      case .ready(let search):
        let members = try area.file(Self.memberFile)
        let outcome = try await engine.findLookalikes(search) { progress(0.5 + $0 / 2) }
        if case .members = outcome { try await publishMembers(members, to: prefix) }
        return outcome
      }
    }
  }

  /// The results of a lookalike audience's queries.
  package enum LookalikeInputs: Sendable {
    case ready(LookalikeSearch)
    /// Nothing can be learned from the seed.
    case unfit(LookalikeOutcome)
  }

  /// Runs the seed's query and those for features. Their results are files of the area.
  package func gather(
    _ request: LookalikeRequest, in area: StagingArea, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> LookalikeInputs {
    let seedQuery = try await compiled(request.seed).query
    let features = try await featureQueries(for: request.seed, besides: seedQuery.sources.map(\.table))
    let snapshot = signals.snapshot(instanceID: request.seed.instanceID)
    let seed = try area.location(of: "seed.parquet")
    let seedSize = try await engine.run(seedQuery, signals: snapshot, output: seed)
    guard seedSize >= request.seedSizes.lowerBound else { return .unfit(.seedTooSmall) }
    guard seedSize <= request.seedSizes.upperBound else { return .unfit(.seedTooLarge) }
    var inputs: [LookalikeSearch.Input] = []
    for (index, feature) in features.enumerated() {
      let file = try area.location(of: "features-\(index).parquet")
      _ = try await engine.run(feature.emitted, signals: snapshot, output: file)
      inputs.append(LookalikeSearch.Input(query: feature.query, file: file))
      progress(Double(index + 1) / Double(features.count))
    }
    return .ready(
      LookalikeSearch(
        seed: seed, inputs: inputs, minimumSeedSize: request.seedSizes.lowerBound, sizing: request.sizing, area: area,
        output: try area.location(of: Self.memberFile)))
  }

  private struct CompiledFeature {
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
