/// Tells calls of the retired API from those of the new one and from others.
struct CallClassifier: Sendable {
  let retired: RetiredAPI
  /// Hosts that are said to be instances'.
  let instanceHosts: Set<String>

  /// The words that no other API is likely to have in its paths.
  private static let telling: Set<Substring> = ["workflowExecutions", "dataSets", "batchUploads"]
  /// The words of the old API behind `/prod`.
  private static let words: Set<Substring> = [
    "workflows", "workflowExecutions", "schedules", "dataSources", "dataSets", "data",
  ]

  /// Classifies a request by its target. A call that is found has no headers and no body yet.
  func classify(method: String?, _ target: CallTarget, at location: FileLocation) -> Finding {
    let parts = PathTemplate.split(target.path)
    if target.host?.isLiving == true { return parts.first == "amc" ? .living : .elsewhere }
    if parts.first == "amc", target.host?.isAPIGateway != true { return .living }
    let match = retired.match(method: method, path: target.path)
    if let match {
      guard isInstance(target) else {
        return .unplaced(unplaced(.foreignHost, method, target, location))
      }
      let call = FoundCall(
        method: method, host: target.host, path: target.path, queryNames: target.queryNames, location: location)
      return .call(call, match)
    }
    guard isInstance(target), isBelowOldPaths(parts, target) else { return .elsewhere }
    let hasOthers = retired.match(method: nil, path: target.path) != nil
    if parts.allSatisfy({ $0 == RetiredAPI.stage }) {
      return .unplaced(unplaced(.hostAlone, method, target, location))
    }
    return .unplaced(unplaced(hasOthers ? .unknownMethod : .unknownPath, method, target, location))
  }

  /// Whether a call with an old path can be taken for one of an instance: unless it went to somewhere else for all that
  /// is known.
  private func isInstance(_ target: CallTarget) -> Bool {
    guard let host = target.host else { return true }
    if host.isAPIGateway || host.instanceID != nil || instanceHosts.contains(host.name) { return true }
    let parts = PathTemplate.split(target.path)
    return parts.first == RetiredAPI.stage[...] && parts.count > 1 && Self.words.contains(parts[1])
      || parts.contains(where: Self.telling.contains)
  }

  private func isBelowOldPaths(_ parts: [Substring], _ target: CallTarget) -> Bool {
    if let host = target.host, host.isAPIGateway || instanceHosts.contains(host.name) { return true }
    guard parts.first == RetiredAPI.stage[...] else { return parts.contains(where: Self.telling.contains) }
    return parts.dropFirst().contains(where: Self.words.contains)
  }

  private func unplaced(
    _ reason: UnplacedFinding.Reason, _ method: String?, _ target: CallTarget, _ location: FileLocation
  ) -> UnplacedFinding {
    UnplacedFinding(
      location: location, reason: reason, method: method, host: target.host?.name, path: target.shownPath)
  }
}
