import Base
package import Catalog
import CleanRoom
package import Metadata
import Queries

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

extension ExecutionRecord {
  /// The workflow as it was when the execution was made.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked definitions are stored.
  func definition() throws -> WorkflowDefinition {
    try workflow.map { try WorkflowDefinition(stored: $0) } ?? WorkflowDefinition(sqlQuery: query)
  }

  /// The request with which the query service checks or runs the execution.
  func queryRequest() throws -> QueryRequest {
    let definition = try definition()
    let parameters = try storedParameters(definition)
    var request = QueryRequest(
      sql: query, instanceID: instanceID, purpose: .measurement,
      timeWindow: TimeWindow(start: timeWindowStart, end: timeWindowEnd), parameters: parameters.values)
    request.parameterTypes = parameters.types
    request.controls = definition.controls(areDisabled: disablesAggregationControls)
    request.csvFormat = definition.csvFormat
    request.advertisers = try advertiserIdentifiers()
    request.signalsEnd = dataGapStart
    return request
  }

  private func storedParameters(_ definition: WorkflowDefinition) throws(MetadataError) -> ParameterSet {
    do {
      return try ParameterSet(
        values: JSONValue(parsing: Data(parameterValues.utf8)), declared: definition.inputParameters)
    } catch {
      throw .corrupted
    }
  }

  /// The advertisers that the execution is limited to; nil for all.
  package func advertiserIdentifiers() throws -> [AdvertiserIdentifier]? {
    guard let advertisers else { return nil }
    do {
      return try JSONDecoder().decode([AdvertiserIdentifier].self, from: Data(advertisers.utf8))
    } catch {
      throw MetadataError.corrupted
    }
  }

  /// The keys of the result's files, in the order of its rows.
  package func keys(_ list: KeyPath<ExecutionRecord, String>) throws -> [String] {
    do {
      return try JSONDecoder().decode([String].self, from: Data(self[keyPath: list].utf8))
    } catch {
      throw MetadataError.corrupted
    }
  }

  /// A list in its stored form.
  static func storedText(_ list: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(list), as: UTF8.self)
  }
}
