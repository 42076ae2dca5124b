/// A plan as text, for people.
package struct PlanText {
  private let reader: PlanReader
  private let retired: RetiredAPI

  /// The text of what a reader has read.
  package init(_ reader: PlanReader, retired: RetiredAPI) {
    self.reader = reader
    self.retired = retired
  }

  /// The text, line by line.
  package var lines: [String] {
    let plan = reader.plan
    var lines = plan.entries.flatMap(entry)
    if !plan.entries.isEmpty { lines += headers }
    lines += unplaced
    return lines + summary
  }

  private func entry(_ entry: MigrationPlan.Entry) -> [String] {
    let base = entry.host.map { "https://\($0)" } ?? "{instance URL}"
    var lines = ["\(entry.method ?? "?") \(base)\(entry.path)", "  found: \(locations(entry))"]
    for form in entry.forms {
      let which = entry.forms.count > 1 ? "if \(form.oldMethod): " : ""
      lines.append("  now: \(which)\(form.method) \(form.url)")
      if let note = form.note { lines.append("       \(note)") }
    }
    if entry.forms.isEmpty { lines.append("  now: nothing\(entry.note.map { ". \($0)" } ?? "")") }
    let drop = entry.headersToDrop(of: retired)
    if !drop.isEmpty { lines.append("  headers to drop: \(drop.joined(separator: ", "))") }
    if let form = entry.forms.first(where: { $0.hasBody }) { lines.append("  Content-Type: \(form.mediaType)") }
    lines += entry.queryChanges.map { "  query: \(field($0))" }
    let title = entry.hasSeenBody ? "body" : "body, if it has"
    lines += entry.bodyChanges.map { "  \($0.change == .add ? "body" : title): \(field($0))" }
    return lines + [""]
  }

  private func locations(_ entry: MigrationPlan.Entry) -> String {
    let times = entry.count == 1 ? "once" : "\(entry.count) times"
    let rest = entry.count - entry.locations.count
    return "\(times), \(entry.locations.map(\.text).joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
  }

  private func field(_ change: FieldChange) -> String {
    let note = change.note.map { " (\($0))" } ?? ""
    let to = change.to.map { " -> \($0)" } ?? ""
    switch change.change {
    case .keep: return "\(change.name) stays\(to)\(note)"
    case .rename, .move: return "\(change.name)\(to)\(note)"
    case .drop: return "\(change.name): leave it out\(note)"
    case .check: return "\(change.name)\(to): check it\(note)"
    case .add: return "\(change.name): add it\(note)"
    case .new: return "\(change.name): can be added\(note)"
    case .unknown: return "\(change.name): not known; check it"
    }
  }

  private var headers: [String] {
    ["Headers of every new call:"]
      + retired.addedHeaders.map { header in
        "  \(header.name): \(header.value ?? "")\(header.note.map { "   \($0)" } ?? "")"
      } + [""]
  }

  private var unplaced: [String] {
    let plan = reader.plan
    guard plan.unplacedCount > 0 else { return [] }
    var lines = ["Not placed:"]
    for found in plan.unplaced {
      let call = [found.method, found.host, found.path].compactMap(\.self).joined(separator: " ")
      lines.append("  \(found.location.text): \(call.isEmpty ? "" : "\(call): ")\(found.reason.text)")
    }
    let rest = plan.unplacedCount - plan.unplaced.count
    return lines + (rest > 0 ? ["  and \(rest) more"] : []) + [""]
  }

  private var summary: [String] {
    let plan = reader.plan
    let calls = plan.entries.reduce(0) { $0 + $1.count }
    let read = reader.files.count { $0.failure == nil }
    var lines = reader.files.compactMap { file in
      file.failure.map { "\(file.file): \($0.rawValue): \($0.text)" }
    }
    lines.append(
      "\(read) files read: \(calls) retired calls of \(plan.entries.count) kinds, \(plan.unplacedCount) not placed, "
        + "\(plan.livingCount) of the new API already, \(plan.elsewhereCount) of something else"
        + (reader.skippedCount > 0 ? "; \(reader.skippedCount) files passed over that are no text" : ""))
    return lines
  }
}
