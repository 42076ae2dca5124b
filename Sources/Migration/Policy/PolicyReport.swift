package import Base

/// The JSON document of `adyton migrate policy --json`. Later versions only add members.
package enum PolicyReport {
  /// The report on a policy and its correction.
  package static func document(file: String, _ original: DeliveryPolicy, _ correction: PolicyCorrection) -> JSONObject {
    [
      "version": 1,
      "file": file,
      "bucket": original.bucket,
      "account": original.account.id,
      // Whether results can be delivered under the policy as it is.
      "fine": original.isFine && original.trailingCommaLines.isEmpty,
      "findings": original.findings.map { finding -> JSONObject in
        [
          "code": finding.code, "action": finding.action, "statement": finding.statement, "text": finding.text,
        ]
      },
      "changes": correction.changes,
      "remaining": correction.remaining,
      // Whether results can be delivered under the corrected policy.
      "correctedFine": correction.policy.isFine,
      // The corrected policy as a text, with its members in their order.
      "policy": correction.policy.text,
    ]
  }
}
