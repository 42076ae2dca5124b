/// The JSON document of `adyton migrate plan --json`. Later versions only add members.
package struct PlanDocument: Encodable {
  struct File: Encodable {
    let file: String
    let kind: String?
    let bytes: Int
    let calls: Int
    let error: String?
  }

  struct Call: Encodable {
    let method: String?
    let path: String
    let host: String?
    let count: Int
    let places: [String]
    let placesLeftOut: Int
    let forms: [Form]
    let headers: Headers
    let query: [Field]
    let body: Body
    let note: String?
  }

  struct Form: Encodable {
    let operation: String
    let oldMethod: String
    let method: String
    let path: String
    let url: String
    let mediaType: String
    let note: String?
  }

  struct Headers: Encodable {
    let add: [Header]
    let drop: [String]
  }

  struct Header: Encodable {
    let name: String
    let value: String
  }

  struct Body: Encodable {
    /// Whether the fields are those of bodies that were seen, or all that there may be.
    let seen: Bool
    let fields: [Field]
  }

  struct Field: Encodable {
    let name: String
    let change: FieldChange.Change
    let to: String?
    let note: String?

    init(_ change: FieldChange) {
      name = change.name
      self.change = change.change
      to = change.to
      note = change.note
    }
  }

  struct Unplaced: Encodable {
    let place: String
    let reason: String
    let method: String?
    let host: String?
    let path: String?
  }

  struct Summary: Encodable {
    let files: Int
    let unreadableFiles: Int
    let skippedFiles: Int
    let operations: Int
    let calls: Int
    let unplaced: Int
    let alreadyNew: Int
    let elsewhere: Int
  }

  let version = 1
  let files: [File]
  let calls: [Call]
  let unplaced: [Unplaced]
  let summary: Summary

  /// The document of what a reader has read.
  package init(_ reader: PlanReader, retired: RetiredAPI) {
    let plan = reader.plan
    files = reader.files.map {
      File(
        file: $0.file, kind: $0.kind?.rawValue, bytes: $0.byteCount, calls: $0.callCount, error: $0.failure?.rawValue)
    }
    calls = plan.entries.map { Self.call($0, retired) }
    unplaced = plan.unplaced.map {
      Unplaced(place: $0.location.text, reason: $0.reason.rawValue, method: $0.method, host: $0.host, path: $0.path)
    }
    summary = Summary(
      files: reader.files.count, unreadableFiles: reader.files.count { $0.failure != nil },
      skippedFiles: reader.skippedCount, operations: plan.entries.count,
      calls: plan.entries.reduce(0) { $0 + $1.count }, unplaced: plan.unplacedCount, alreadyNew: plan.livingCount,
      elsewhere: plan.elsewhereCount)
  }

  private static func call(_ entry: MigrationPlan.Entry, _ retired: RetiredAPI) -> Call {
    let added = retired.addedHeaders.map { Header(name: $0.name, value: $0.value ?? "") }
    let content = entry.forms.first { $0.hasBody }.map { [Header(name: "Content-Type", value: $0.mediaType)] } ?? []
    return Call(
      method: entry.method, path: entry.path, host: entry.host, count: entry.count, places: entry.locations.map(\.text),
      placesLeftOut: entry.count - entry.locations.count,
      forms: entry.forms.map {
        Form(
          operation: $0.operation, oldMethod: $0.oldMethod, method: $0.method, path: $0.path, url: $0.url,
          mediaType: $0.mediaType, note: $0.note)
      },
      headers: Headers(
        add: entry.forms.isEmpty ? [] : added + content, drop: entry.headersToDrop(of: retired)),
      query: entry.queryChanges.map(Field.init),
      body: Body(seen: entry.hasSeenBody, fields: entry.bodyChanges.map(Field.init)), note: entry.note)
  }
}
