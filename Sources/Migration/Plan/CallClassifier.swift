/// Tells what a call that was made is: of the retired API, of the new one, or of something else.
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

  /// What a request to an address is. The call has no headers and no body yet.
  func classify(method: String?, _ address: CallAddress, at place: FoundPlace) -> Finding {
    let parts = PathTemplate.split(address.path)
    if address.host?.isLiving == true { return parts.first == "amc" ? .living : .elsewhere }
    if parts.first == "amc", address.host?.isAPIGateway != true { return .living }
    let match = retired.match(method: method, path: address.path)
    if let match {
      guard isInstance(address) else {
        return .unplaced(unplaced(.foreignHost, method, address, place))
      }
      let call = FoundCall(
        method: method, host: address.host, path: address.path, queryNames: address.queryNames, place: place)
      return .call(call, match)
    }
    guard isInstance(address), isBelowOldPaths(parts, address) else { return .elsewhere }
    let hasOthers = retired.match(method: nil, path: address.path) != nil
    if parts.allSatisfy({ $0 == RetiredAPI.stage }) {
      return .unplaced(unplaced(.address, method, address, place))
    }
    return .unplaced(unplaced(hasOthers ? .unknownMethod : .unknownPath, method, address, place))
  }

  /// Whether a call with an old path can be taken for one of an instance: unless it went to somewhere else for all that
  /// is known.
  private func isInstance(_ address: CallAddress) -> Bool {
    guard let host = address.host else { return true }
    if host.isAPIGateway || host.instanceID != nil || instanceHosts.contains(host.name) { return true }
    let parts = PathTemplate.split(address.path)
    return parts.first == RetiredAPI.stage[...] && parts.count > 1 && Self.words.contains(parts[1])
      || parts.contains(where: Self.telling.contains)
  }

  private func isBelowOldPaths(_ parts: [Substring], _ address: CallAddress) -> Bool {
    if let host = address.host, host.isAPIGateway || instanceHosts.contains(host.name) { return true }
    guard parts.first == RetiredAPI.stage[...] else { return parts.contains(where: Self.telling.contains) }
    return parts.dropFirst().contains(where: Self.words.contains)
  }

  private func unplaced(
    _ reason: UnplacedFinding.Reason, _ method: String?, _ address: CallAddress, _ place: FoundPlace
  ) -> UnplacedFinding {
    UnplacedFinding(
      place: place, reason: reason, method: method, host: address.host?.name, path: address.shownPath)
  }
}
