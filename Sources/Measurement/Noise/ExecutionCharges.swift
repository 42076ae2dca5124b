import AMCSQL
package import CleanRoom
package import DifferentialPrivacy
package import Metadata
package import Queries

package import struct Foundation.Date

/// Charges executions of instances in noise mode: in the transaction that records them, and again when they run if the
/// data have changed in between. A charge is never given back, whatever comes of the execution.
package struct ExecutionCharges: Sendable {
  private let queries: any QueryService
  private let charges: NoiseCharges

  package init(queries: any QueryService, charges: NoiseCharges) {
    self.queries = queries
    self.charges = charges
  }

  /// A charge that is yet to be recorded.
  package struct Reservation: Sendable {
    fileprivate var question: NoiseQuestion
    fileprivate var population: String
  }

  /// The charge for a compiled query of the execution; nil in threshold mode, and for a query without noise.
  func reservation(
    for query: any CompiledQuery, of execution: ExecutionRecord, in instance: InstanceRecord
  ) async throws -> Reservation? {
    try Self.requireMode(of: query, instance)
    guard !execution.isDryRun, let population = query.population, let question = try await query.question() else {
      return nil
    }
    return Reservation(question: question, population: population)
  }

  /// The charge for an execution that nobody has compiled; nil also for a query that can't run, which its job finds
  /// out. Sets what the execution shows about its noise.
  func reservation(for execution: inout ExecutionRecord, in instance: InstanceRecord) async throws -> Reservation? {
    guard instance.privacyMode == .noise else { return nil }
    let query: any CompiledQuery
    do throws(QueryFailure) {
      query = try await queries.compile(try request(of: execution))
    } catch {
      guard case .refused = error else { throw error }
      return nil
    }
    execution.noise = try report(of: query)
    return try await reservation(for: query, of: execution, in: instance)
  }

  private func request(of execution: ExecutionRecord) throws(QueryFailure) -> QueryRequest {
    do {
      return try execution.queryRequest()
    } catch {
      throw .engine(code: "internal", message: "The query could not be run.")
    }
  }

  /// Charges an execution in the transaction that records it.
  ///
  /// - Returns: The refusal if the budget has too little left; nothing is charged then.
  func reserve(
    _ reservation: Reservation?, for execution: ExecutionRecord, in transaction: WriteTransaction, at now: Date
  ) throws -> BudgetRefusal? {
    guard let reservation else { return nil }
    return try charges.ledger.reserve(
      reservation.question, of: reservation.population, for: Self.subject(execution), in: transaction, at: now)
  }

  /// Whether an execution may run.
  package enum Verdict: Sendable {
    /// It may run, with this seed.
    case admitted(any CompiledQuery, NoiseSeed?)
    case refused(BudgetRefusal)
  }

  /// Compiles the query of an execution over the data of this moment, charges it unless that has been done, and decides
  /// whether it may run. The query reads the data that it is charged for.
  package func verdict(on execution: ExecutionRecord, in instance: InstanceRecord) async throws -> Verdict {
    let query = try await queries.compile(try execution.queryRequest())
    try Self.requireMode(of: query, instance)
    guard let population = query.population, let question = try await query.question() else {
      return .admitted(query, nil)
    }
    switch try await charges.use(question, of: population, for: Self.subject(execution)) {
    case .admitted(let seed): return .admitted(query, seed)
    case .refused(let refusal): return .refused(refusal)
    }
  }

  /// Charges an execution that ended for want of time or memory, in the transaction that says so.
  package func chargeInterruption(
    of execution: ExecutionRecord, in instance: InstanceRecord, _ transaction: WriteTransaction, at now: Date
  ) throws {
    guard let population = instance.privacy.population else { return }
    try charges.ledger.chargeInterruption(
      of: population, for: Self.subject(execution), in: transaction, at: now)
  }

  /// The cost and the accuracy of a query as executions show them; nil for a query without noise.
  package func report(of query: any CompiledQuery) throws -> String? {
    try query.noise?.json(charges.ledger.settings).text
  }

  /// A query without noise may run in an instance in noise mode only if that is a sandbox and the switch for synthetic
  /// signals is set.
  private static func requireMode(of query: any CompiledQuery, _ instance: InstanceRecord) throws {
    let isAboutNobody = query.request.controls.areDisabled && instance.kind == .sandbox
    let needsNoise = instance.privacyMode == .noise && !isAboutNobody
    guard query.population == (needsNoise ? instance.privacy.population : nil) else { throw NoiseCharges.WrongMode() }
  }

  private static func subject(_ execution: ExecutionRecord) -> PrivacyLedger.Subject {
    PrivacyLedger.Subject(.execution, id: execution.id, instanceID: execution.instanceID)
  }
}
