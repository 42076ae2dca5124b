/// The changes that the calls need which were found: one entry for each operation of each host.
package struct MigrationPlan: Sendable {
  /// The most locations of one entry that are named; the others are counted.
  package static let locationLimit = 20
  /// The most unplaced findings that are named; the others are counted.
  package static let unplacedLimit = 1000

  /// Calls of the same kind, and what they become.
  package struct Entry: Sendable {
    /// nil where the locations don't show it: then there is a form for each method that the path had.
    package let method: String?
    /// The old path, as the table has it.
    package let path: String
    package let host: String?
    /// The new calls; none where nothing replaces the old ones.
    package let forms: [CallForm]
    /// Advice where nothing replaces the old calls.
    package let note: String?
    package fileprivate(set) var count = 0
    package fileprivate(set) var locations: [FileLocation] = []
    /// Whether headers could be seen.
    fileprivate var droppedHeaders: Set<String>?
    fileprivate var queryNames: [String] = []
    fileprivate var bodyNames: [String]?
    fileprivate let endpoints: [RetiredEndpoint]
  }

  private let retired: RetiredAPI
  private let settings: PlanSettings
  private var order: [String] = []
  private var entriesByKey: [String: Entry] = [:]
  package private(set) var unplaced: [UnplacedFinding] = []
  package private(set) var unplacedCount = 0
  /// Calls of the API that replaced the old one.
  package private(set) var livingCount = 0
  /// Calls of something else.
  package private(set) var elsewhereCount = 0

  package init(retired: RetiredAPI, settings: PlanSettings) {
    self.retired = retired
    self.settings = settings
  }

  /// In the order in which they were found.
  package var entries: [Entry] { order.compactMap { entriesByKey[$0] } }

  mutating func add(_ finding: Finding) {
    switch finding {
    case .living: livingCount += 1
    case .elsewhere: elsewhereCount += 1
    case .unplaced(let found):
      unplacedCount += 1
      if unplaced.count < Self.unplacedLimit { unplaced.append(found) }
    case .call(let call, let match): add(call, match)
    }
  }

  private mutating func add(_ call: FoundCall, _ match: RetiredAPI.Match) {
    let operations = match.endpoints.map(\.operation).joined(separator: ",")
    let instance = instanceID(of: call, match)
    let key = "\(operations) \(call.host?.name ?? "") \(instance ?? "")"
    var entry = entriesByKey[key] ?? newEntry(call, match, instance)
    if entriesByKey[key] == nil { order.append(key) }
    entry.count += 1
    if entry.locations.count < Self.locationLimit { entry.locations.append(call.location) }
    entry.take(call, dropping: retired.droppedHeaders)
    entriesByKey[key] = entry
  }

  private func newEntry(_ call: FoundCall, _ match: RetiredAPI.Match, _ instance: String?) -> Entry {
    let form = CallForm.Settings(
      baseURL: settings.baseURL ?? (settings.region ?? call.host?.region)?.baseURL, instanceID: instance)
    return Entry(
      method: match.endpoints.count == 1 ? match.endpoints.first?.method : nil,
      path: match.endpoints.first?.path.text ?? call.path, host: call.host?.name,
      forms: match.endpoints.compactMap { CallForm($0, form) },
      note: match.endpoints.count == 1 && match.endpoints[0].replacement == nil ? match.endpoints[0].note : nil,
      endpoints: match.endpoints)
  }

  /// The instance of a call: as its path has it, as its host is said or seen to be, as the settings have it for all.
  private func instanceID(of call: FoundCall, _ match: RetiredAPI.Match) -> String? {
    if let inPath = match.values["instanceId"], inPath != "{}", CallTarget.isName(inPath) { return inPath }
    if let host = call.host, let id = settings.instancesByHost[host.name] ?? host.instanceID { return id }
    return settings.instanceID
  }
}

extension MigrationPlan.Entry {
  fileprivate mutating func take(_ call: FoundCall, dropping headers: [HeaderChange]) {
    for name in call.queryNames where !queryNames.contains(name) { queryNames.append(name) }
    if let names = call.headerNames {
      let seen = Set(names.map { $0.lowercased() })
      droppedHeaders = (droppedHeaders ?? []).union(headers.map(\.name).filter { seen.contains($0.lowercased()) })
    }
    guard case .members(let names)? = call.body else { return }
    var all = bodyNames ?? []
    for name in names where !all.contains(name) { all.append(name) }
    bodyNames = all
  }

  /// The headers to leave out: those that were seen, or all of them where none could be.
  package func headersToDrop(of retired: RetiredAPI) -> [String] {
    let all = retired.droppedHeaders.map(\.name)
    return droppedHeaders.map { seen in all.filter(seen.contains) } ?? all
  }

  /// The changes of the query parameters that were seen.
  package var queryChanges: [FieldChange] {
    let known = endpoints.flatMap(\.queryChanges)
    return queryNames.map { name in known.first { $0.name == name } ?? FieldChange(name: name, change: .unknown) }
  }

  /// Whether a body was seen.
  package var hasSeenBody: Bool { bodyNames != nil }

  /// The changes of the body's members: of those that were seen, and those to be added. Where no body was seen, of all
  /// that do not stay as they are.
  package var bodyChanges: [FieldChange] {
    var known: [FieldChange] = []
    for change in endpoints.flatMap(\.bodyChanges) where !known.contains(change) { known.append(change) }
    guard let bodyNames else { return known.filter { $0.change != .keep && $0.change != .new } }
    let seen = bodyNames.compactMap { name -> FieldChange? in
      if let change = known.first(where: { $0.name == name && $0.change != .add && $0.change != .new }) {
        return change
      }
      if let change = known.first(where: { $0.name == name }) {
        return FieldChange(name: name, change: .keep, to: change.to, note: change.note)
      }
      // What is inside of a list stays with it, unless the table says otherwise.
      return name.contains("[].") || !CallTarget.isName(name) ? nil : FieldChange(name: name, change: .unknown)
    }
    return seen + known.filter { $0.change == .add && !bodyNames.contains($0.name) }
  }
}
