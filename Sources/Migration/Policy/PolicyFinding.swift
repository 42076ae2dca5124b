import ObjectStorage

/// Something that a bucket's policy lacks, or that stands in the way of a delivery.
package struct PolicyFinding: Sendable, Hashable {
  /// Stable names.
  package enum Code: String, Sendable, Hashable, CaseIterable, Encodable {
    /// No statement allows the action.
    case notGranted = "not_granted"
    /// It is allowed for a part of the bucket only.
    case partlyGranted = "partly_granted"
    /// A statement denies it.
    case denied
    /// A statement may deny it: it asks for something that is not known.
    case mayBeDenied = "may_be_denied"
    /// A comma that JSON does not have.
    case trailingComma = "trailing_comma"
  }

  package let code: Code
  /// nil where it is not about one action.
  package let action: String?
  /// The statement's number, from 1; nil where it is not about one.
  package let statement: Int?
  /// In plain words.
  package let text: String
}

extension DeliveryPolicy {
  /// Everything that is missing or stands in the way; none where the policy is fine.
  package var findings: [PolicyFinding] {
    let commas = trailingCommaLines.map {
      PolicyFinding(
        code: .trailingComma, action: nil, statement: nil,
        text: "Line \($0) has a comma behind the last element: that is not JSON, and S3 does not take it.")
    }
    return commas + Self.actions.flatMap(findings)
  }

  private func findings(on action: String) -> [PolicyFinding] {
    let blocking = self.blocking(action).map { statement, isCertain in
      PolicyFinding(
        code: isCertain ? .denied : .mayBeDenied, action: action, statement: statement + 1,
        text: "\(name(of: statement)) \(isCertain ? "denies" : "may deny") \(action) to the account \(account.id): "
          + (isCertain ? "a Deny wins over every Allow." : "its conditions ask for what is not known here."))
    }
    let allowed = probes.map { key in
      policy?.verdicts(on: request(action, key)).contains { $0.allows && $0.applies } == true
    }
    if allowed.allSatisfy(\.self) { return blocking }
    guard !allowed.contains(true) else {
      return [
        PolicyFinding(
          code: .partlyGranted, action: action, statement: nil,
          text: "\(action) is allowed to the account \(account.id) for some objects, and not for all: it needs "
            + "arn:aws:s3:::\(bucket)/*.")
      ] + blocking
    }
    let text =
      "No statement allows \(action) to the account \(account.id) on arn:aws:s3:::\(bucket)/*.\(nearest(action))"
    return [PolicyFinding(code: .notGranted, action: action, statement: nil, text: text)] + blocking
  }

  /// The statements that deny, or may deny, the action on any of the probes, in order.
  func blocking(_ action: String) -> [(statement: Int, isCertain: Bool)] {
    guard let policy else { return [] }
    var found: [Int: Bool] = [:]
    for key in probes {
      for verdict in policy.verdicts(on: request(action, key)) where !verdict.allows && verdict.mayApply {
        found[verdict.statement] = found[verdict.statement] == true || verdict.applies
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The reason why the statement that comes nearest does not allow it.
  private func nearest(_ action: String) -> String {
    let verdicts = policy?.verdicts(on: request(action, probes[0])) ?? []
    guard let verdict = verdicts.filter(\.allows).min(by: { $0.missing.count < $1.missing.count }),
      verdict.missing.count == 1
    else { return "" }
    let reason =
      switch verdict.missing[0] {
      case .principal: "names another principal"
      case .action: "names other actions"
      case .resource: "names other resources"
      case .condition: "has conditions that a delivery does not meet, or that are not known here"
      }
    return " \(name(of: verdict.statement)) would, but \(reason)."
  }

  func name(of statement: Int) -> String {
    let sid = statements.indices.contains(statement) ? statements[statement]["Sid"]?.string : nil
    return "Statement \(statement + 1)\(sid.map { " (\($0))" } ?? "")"
  }
}

extension PolicyVerdict {
  fileprivate var missing: [PolicyElement] { failing + open }
}
