package import Metadata

/// The outcome of an inspection.
package struct InspectionReport: Sendable {
  /// The findings, damage first.
  package var findings: [InspectionFinding] = []
  /// The objects that were compared with their checksums, and their bytes.
  package var checkedCount = 0
  package var checkedByteCount = 0
  /// The end of the audit log, to be noted somewhere else.
  package var auditHead: AuditChain.Head?

  package init() {}

  /// Whether nothing is lost.
  package var isFine: Bool { !findings.contains(where: \.isDamage) }

  /// The remedies of the findings, a sentence each.
  package var advice: [String] {
    var lines: [String] = []
    func add(_ line: String) {
      if !lines.contains(line) { lines.append(line) }
    }
    for finding in findings {
      switch finding.problem {
      case .damage(_, let title) where title.hasPrefix("identity graph"):
        add(
          "`adyton identity delete` and `adyton identity load` make a graph again, `adyton sandbox` that of a sandbox.")
      case .damage(_, let title) where title.hasPrefix("data set"):
        add("Have the advertiser upload the data set again with FULL_REPLACE.")
      case .damage(_, let title) where title.hasPrefix("audience log"):
        add("Have the client send the members of the audience again, under a new audience.")
      case .damage(_, let title) where title.hasPrefix("secret"):
        add("Restore the secret: without it, new rows match no old ones.")
      case .damage(_, let title) where title.hasPrefix("results"):
        add("Run the workflow again, or wait for the next refresh of the audience.")
      case .damage:
        add("`adyton load TABLE FILES --replace --instance ID` loads a table anew, `adyton sandbox` a sandbox.")
      case .missingReference: add("Run the workflow again, or wait for the next refresh of the audience.")
      case .damagedStore, .brokenAuditLog: break
      case .outdated: add("docs/operations.md says how to go on with data of earlier releases.")
      case .withoutChecksum: add("`adyton verify --add-checksums` adds checksums to files of an earlier release.")
      case .leftOver: add("Files that interrupted work left are removed by the next load of the same table.")
      case .damagedBackup: add("Choose another backup with `adyton restore --backup`, and make a new one.")
      }
    }
    if findings.contains(where: { $0.isDamage }) {
      lines.insert("`adyton restore` brings everything back from a backup into an empty data folder.", at: 0)
    }
    return lines
  }
}
