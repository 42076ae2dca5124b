import ArgumentParser
import CleanRoom
import Foundation

/// `adyton admin feature`
struct FeatureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feature", abstract: "Subscriptions of instances to paid features.",
    subcommands: [ListFeaturesCommand.self, SubscribeCommand.self, UnsubscribeCommand.self])
}

/// `adyton admin feature list`
struct ListFeaturesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the paid features, their data sources, and which of them an instance has subscribed to.")

  @OptionGroup var target: SubscriptionTarget

  @Flag(help: "Print JSON.")
  var json = false

  private struct Listed: Encodable {
    let feature: String
    let title: String
    let isSubscribed: Bool
    let tables: [String]
  }

  func run() async throws {
    try await target.withService { service in
      if json {
        return try printJSON(
          try await service.features(instanceID: target.instance).map { entry in
            Listed(
              feature: entry.feature.name, title: entry.feature.title, isSubscribed: entry.isSubscribed,
              tables: entry.tables)
          })
      }
      for entry in try await service.features(instanceID: target.instance) {
        let state = entry.isSubscribed ? "on" : "off"
        print("\(entry.feature.name)\t\(state)\t\(entry.feature.title)\t\(entry.tables.joined(separator: " "))")
      }
    }
  }
}

/// `adyton admin feature subscribe`
struct SubscribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subscribe", abstract: "Let an instance query the data sources of a paid feature.",
    discussion: "A server that is running sees it with its next query. Sandbox instances have all paid features.")

  @OptionGroup var target: SubscriptionTarget

  @Argument(help: "The paid feature; `adyton admin feature list` shows those that there are.")
  var feature: String

  func run() async throws {
    try await target.withService { service in
      let isNew = try await service.subscribe(instanceID: target.instance, to: feature, at: Date())
      print("\(target.instance): \(feature.lowercased()) is on\(isNew ? "" : " already")")
    }
  }
}

/// `adyton admin feature unsubscribe`
struct UnsubscribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unsubscribe", abstract: "End an instance's subscription to a paid feature.",
    discussion: "Its signals stay where they are; queries that read them are refused from now on.")

  @OptionGroup var target: SubscriptionTarget

  @Argument(help: "The paid feature; `adyton admin feature list` shows those that there are.")
  var feature: String

  func run() async throws {
    try await target.withService { service in
      let wasOn = try await service.unsubscribe(instanceID: target.instance, from: feature, at: Date())
      print("\(target.instance): \(feature.lowercased()) is off\(wasOn ? "" : " already")")
    }
  }
}

/// The instance that a command about subscriptions is for.
struct SubscriptionTarget: ParsableArguments {
  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Argument(help: "The instance.")
  var instance: String

  /// Runs `work`; what it is refused for ends the command with a text.
  func withService(_ work: (SubscriptionService) async throws -> Void) async throws {
    let store = try DataFolder(path: data).openMetadata()
    defer { try? store.close() }
    do {
      try await work(SubscriptionService(store: store))
    } catch let failure as SubscriptionService.Failure {
      throw CommandFailure.refused(text(of: failure))
    }
  }

  private func text(of failure: SubscriptionService.Failure) -> String {
    switch failure {
    case .unknownInstance:
      return "There is no instance `\(instance)`. `adyton admin instance list` shows those that there are."
    case .unknownFeature(let nearest):
      let hint = nearest.map { "Did you mean `\($0)`?" } ?? "`adyton admin feature list` shows those that there are."
      return "There is no paid feature of that name. \(hint)"
    case .sandbox:
      return "`\(instance)` is a sandbox, which has all paid features."
    }
  }
}
