import Measurement

/// What workflow requests are answered with, as the published OpenAPI has it.
enum WorkflowResponses {
  struct Single: Encodable {
    let workflow: Definition
  }

  struct List: Encodable {
    let workflows: [Definition]
    let nextToken: String?
  }

  /// A workflow: its definition, and its id beside it.
  struct Definition: Encodable {
    let workflow: Measurement.Workflow

    init(_ workflow: Measurement.Workflow) {
      self.workflow = workflow
    }

    private enum CodingKeys: String, CodingKey {
      case workflowId
    }

    func encode(to encoder: any Encoder) throws {
      try workflow.definition.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(workflow.id, forKey: .workflowId)
    }
  }
}
