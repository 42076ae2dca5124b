/// The JSON document of `adyton migrate policy --json`. Later versions only add members.
package struct PolicyReport: Encodable {
  struct Finding: Encodable {
    let code: PolicyFinding.Code
    let action: String?
    let statement: Int?
    let text: String
  }

  let version = 1
  let file: String
  let bucket: String
  let account: String
  /// Whether results can be delivered under the policy as it is.
  let fine: Bool
  let findings: [Finding]
  let changes: [String]
  let remaining: [String]
  /// Whether results can be delivered under the corrected policy.
  let correctedFine: Bool
  /// The corrected policy as a text, with its members in their order.
  let policy: String

  /// The report on a policy and its correction.
  package init(file: String, _ original: DeliveryPolicy, _ correction: PolicyCorrection) {
    self.file = file
    bucket = original.bucket
    account = original.account.id
    fine = original.isFine && original.trailingCommaLines.isEmpty
    findings = original.findings.map {
      Finding(code: $0.code, action: $0.action, statement: $0.statement, text: $0.text)
    }
    changes = correction.changes
    remaining = correction.remaining
    correctedFine = correction.policy.isFine
    policy = correction.policy.text
  }
}
