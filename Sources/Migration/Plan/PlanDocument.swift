import Base

/// The JSON document of `adyton migrate plan --json`. Later versions only add members.
package struct PlanDocument: Encodable {
  private let reader: PlanReader
  private let retired: RetiredAPI

  /// The document of what a reader has read.
  package init(_ reader: PlanReader, retired: RetiredAPI) {
    self.reader = reader
    self.retired = retired
  }

  package func encode(to encoder: any Encoder) throws {
    let document: JSONObject = [
      "version": 1,
      "files": reader.files.map(file),
      "calls": reader.plan.entries.map(call),
      "unplaced": reader.plan.unplaced.map(unplaced),
      "summary": summary,
    ]
    try document.encode(to: encoder)
  }

  private func file(_ file: PlanReader.FileResult) -> JSONObject {
    [
      "file": file.file, "kind": file.kind?.rawValue, "bytes": file.byteCount, "calls": file.callCount,
      "error": file.failure?.rawValue,
    ]
  }

  private func call(_ entry: MigrationPlan.Entry) -> JSONObject {
    let added = entry.forms.isEmpty ? [] : retired.addedHeaders.map { header($0.name, $0.value ?? "") }
    let content = entry.forms.first { $0.hasBody }.map { [header("Content-Type", $0.mediaType)] } ?? []
    return [
      "method": entry.method,
      "path": entry.path,
      "host": entry.host,
      "count": entry.count,
      "places": entry.locations.map(\.text),
      "placesLeftOut": entry.count - entry.locations.count,
      "forms": entry.forms.map(form),
      "headers": ["add": added + content, "drop": entry.headersToDrop(of: retired)] as JSONObject,
      "query": entry.queryChanges.map(field),
      // `seen`: whether the fields are those of bodies that were seen, or all that there may be.
      "body": ["seen": entry.hasSeenBody, "fields": entry.bodyChanges.map(field)] as JSONObject,
      "note": entry.note,
    ]
  }

  private func form(_ form: CallForm) -> JSONObject {
    [
      "operation": form.operation, "oldMethod": form.oldMethod, "method": form.method, "path": form.path,
      "url": form.url, "mediaType": form.mediaType, "note": form.note,
    ]
  }

  private func header(_ name: String, _ value: String) -> JSONObject { ["name": name, "value": value] }

  private func field(_ change: FieldChange) -> JSONObject {
    ["name": change.name, "change": change.change, "to": change.to, "note": change.note]
  }

  private func unplaced(_ found: UnplacedFinding) -> JSONObject {
    [
      "place": found.location.text, "reason": found.reason.rawValue, "method": found.method, "host": found.host,
      "path": found.path,
    ]
  }

  private var summary: JSONObject {
    let plan = reader.plan
    return [
      "files": reader.files.count,
      "unreadableFiles": reader.files.count { $0.failure != nil },
      "skippedFiles": reader.skippedCount,
      "operations": plan.entries.count,
      "calls": plan.entries.reduce(0) { $0 + $1.count },
      "unplaced": plan.unplacedCount,
      "alreadyNew": plan.livingCount,
      "elsewhere": plan.elsewhereCount,
    ]
  }
}
