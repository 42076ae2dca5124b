import Base
import CleanRoom
import Metadata
import Queries

import struct Foundation.Data

/// The query of an audience with its declarations: the request's own, or those of a workflow as it is now.
///
/// An audience keeps both as they were when it was made, or last updated: what is refreshed for months has to stay what
/// its owner has looked at, whatever happens to the workflow.
struct AudienceQuery: Sendable {
  var sql: String
  var workflowID: String?
  /// A JSON array; nil if nothing is declared.
  var inputParameters: String?

  /// - Throws: `CleanRoomError.invalidField` for a workflow that the instance does not have, and for values that do not
  ///   fit their types.
  init(of draft: AudienceDraft, instanceID: String, in transaction: WriteTransaction) throws {
    guard let workflowID = draft.workflowID else {
      sql = draft.query ?? ""
      inputParameters = try draft.inputParameters?.text
      return
    }
    guard let record = try transaction.workflow(id: workflowID, instanceID: instanceID) else {
      throw CleanRoomError.invalidField(name: "workflowId", reason: "is not a workflow of the instance.")
    }
    let definition = try WorkflowDefinition(stored: record.definition)
    var declared = definition.inputParameters ?? []
    for parameter in try InputParameter.list(from: draft.inputParameters) ?? [] {
      // The request's declaration replaces the workflow's parameter of the same name.
      if let index = declared.firstIndex(where: { $0.name == parameter.name }) {
        declared[index] = parameter
      } else {
        declared.append(parameter)
      }
    }
    _ = try ParameterSet(values: draft.parameterValues, declared: declared)
    sql = definition.sqlQuery
    self.workflowID = workflowID
    inputParameters = try declared.storedText
  }
}

extension AudienceDraft {
  /// Declarations of parameters as they can be read strictly: the given ones, or else their stored form.
  static func tidied(declarations json: JSONValue) throws -> JSONValue {
    guard RequestReading.current.isLenient, let declared = try InputParameter.list(from: json) else { return json }
    let isTidy = RequestReading.$current.withValue(.strict) { (try? InputParameter.list(from: json)) != nil }
    return isTidy ? json : try JSONValue(parsing: Data(try declared.storedText.utf8))
  }
}

extension AudienceRecord {
  /// The declarations of parameters as a request has them; nil if there are none.
  var declarations: JSONValue? {
    get throws { try inputParameters.map { try JSONValue(parsing: Data($0.utf8)) } }
  }

  /// The values of parameters as a request has them.
  var givenValues: JSONValue {
    get throws { try JSONValue(parsing: Data(parameterValues.utf8)) }
  }

  /// The parameters of the query.
  ///
  /// - Throws: `MetadataError.corrupted`, because only checked texts are stored.
  func parameters() throws(MetadataError) -> ParameterSet {
    do {
      return try ParameterSet(
        values: givenValues, declared: InputParameter.list(from: declarations))
    } catch {
      throw .corrupted
    }
  }
}
