public import AMCSQL
public import Catalog
public import DifferentialPrivacy
public import Privacy

/// The way of a query from its text to an engine's SQL: parse, bind, protect, emit.
public struct QueryCompiler: Sendable {
  /// A query that may run, and what its writer should know.
  public struct Compiled: Sendable {
    public let query: EmittedQuery
    public let notes: [Diagnostic]
    /// The cost of the query and the accuracy of its result in noise mode; nil in threshold mode.
    public var noise: NoisePlan? { protected.noise }
    private let protected: ProtectedRelation

    init(_ protected: ProtectedRelation, notes: [Diagnostic]) throws(QueryRefusal) {
      query = try Emission.duckDB(protected)
      self.notes = notes
      self.protected = protected
    }

    /// How many aggregations over many users it has.
    public var disclosureQueryCount: Int { protected.disclosureQueries.count }

    /// The query with the noise that belongs to a seed. Everything else about it is that of `query`, which no engine
    /// runs if it has noise.
    public func seeded(_ seed: NoiseSeed) throws(QueryRefusal) -> EmittedQuery {
      try Emission.duckDB(protected, seed: seed)
    }

    /// The query in stages, between which rows can be left out; nil where it aggregates over nobody.
    public func report() throws(QueryRefusal) -> EmittedReport? { try Emission.duckDBReport(protected) }
  }

  public var thresholds: Thresholds
  /// The cost that each query may have in noise mode; nil for threshold mode.
  public var noise: NoiseParameters?

  public init(thresholds: Thresholds = Thresholds(), noise: NoiseParameters? = nil) {
    self.thresholds = thresholds
    self.noise = noise
  }

  /// - Throws: all reasons for which the query can't run.
  public func compile(
    _ text: String, for purpose: Purpose, in context: BindingContext,
    controls: AggregationControls = AggregationControls(), noise: NoiseParameters? = nil
  ) async throws(QueryRefusal) -> Compiled {
    let result = await LargeStackThread.run { () -> Result<Compiled, QueryRefusal> in
      do throws(QueryRefusal) {
        return .success(try compileHere(text, for: purpose, in: context, controls, noise ?? self.noise))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func compileHere(
    _ text: String, for purpose: Purpose, in context: BindingContext, _ controls: AggregationControls,
    _ noise: NoiseParameters?
  ) throws(QueryRefusal) -> Compiled {
    let syntax: Query
    do throws(Diagnostic) {
      syntax = try Parser.parse(text)
    } catch {
      throw QueryRefusal([error])
    }
    let bound = try Binder.bind(syntax, in: context)
    let protected = try Protection.protect(
      bound, for: purpose, thresholds: thresholds, controls: controls, noise: noise)
    return try Compiled(protected, notes: bound.notes)
  }
}
