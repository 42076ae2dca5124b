import AMCSQL
import Catalog
import CleanRoom
import Metadata
import Privacy
import Queries

import struct Foundation.Date

/// Compiles workflows before they are saved or run.
struct WorkflowCheck: Sendable {
  let queries: any QueryService

  /// Checks that the workflow can run in the instance, whatever the values of its parameters.
  ///
  /// A sandbox accepts queries that show single users, because its executions may switch the thresholds off. A query
  /// over tables for audiences is checked as an audience query: it can be saved, and audiences can be made from it.
  func checkForSaving(_ definition: WorkflowDefinition, in instance: InstanceRecord, at now: Date) async throws {
    var request = try request(definition, instance, at: now)
    switch try await compile(request) {
    case .success(let query): try checkColumns(definition, query.check)
    case .failure(let refusal):
      if refusal.diagnostics.contains(where: { $0.code == .audienceTableInMeasurement }) {
        return try await checkAsAudience(request)
      }
      guard instance.kind == .sandbox else { throw CleanRoomError.queryRefused(refusal) }
      request.controls.areDisabled = true
      try await check(request, definition)
    }
  }

  /// Checks that the request can run, and returns the compiled query.
  @discardableResult
  func check(
    _ request: QueryRequest, _ definition: WorkflowDefinition, path: String = ""
  ) async throws -> any CompiledQuery {
    switch try await compile(request) {
    case .success(let query):
      try checkColumns(definition, query.check, path: path)
      return query
    case .failure(let refusal): throw CleanRoomError.queryRefused(refusal)
    }
  }

  private func checkAsAudience(_ request: QueryRequest) async throws {
    var first: QueryRefusal?
    for type in AdvertiserType.allCases {
      var request = request
      request.purpose = .audience(type)
      guard case .failure(let refusal) = try await compile(request) else { return }
      first = first ?? refusal
    }
    if let first { throw CleanRoomError.queryRefused(first) }
  }

  /// The compiler's result. Only errors that are not about the query are thrown.
  private func compile(_ request: QueryRequest) async throws -> Result<any CompiledQuery, QueryRefusal> {
    do throws(QueryFailure) {
      return .success(try await queries.compile(request))
    } catch .refused(let refusal) {
      return .failure(refusal)
    }
  }

  private func request(
    _ definition: WorkflowDefinition, _ instance: InstanceRecord, at now: Date
  ) throws(CleanRoomError) -> QueryRequest {
    // Undeclared parameters can't be named.
    let parameters = try ParameterSet(values: .object([:]), declared: definition.inputParameters ?? [])
    var request = QueryRequest(
      sql: definition.sqlQuery, instanceID: instance.id, purpose: .measurement,
      timeWindow: TimeWindow(start: now.addingTimeInterval(-86_400), end: now), parameters: parameters.values)
    request.parameterTypes = parameters.types
    request.needsAllParameters = false
    request.controls = definition.controls(areDisabled: false)
    return request
  }

  private func checkColumns(
    _ definition: WorkflowDefinition, _ check: QueryCheck, path: String = ""
  ) throws {
    guard let declared = definition.outputColumns,
      let difference = OutputColumn.difference(declared: declared, actual: check.columns)
    else { return }
    throw CleanRoomError.outputColumnsMismatch(reason: "\(path)outputColumns\(difference)")
  }
}
